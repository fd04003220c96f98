package io.pergola.validation.tensorflow;

import com.google.protobuf.DynamicMessage;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetConstraints;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureComparator;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.WeightedFeature;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Makes a {@code Schema} message of a schema. */
final class SchemaWriter {
  /** Begins the lines of an annotation that are tags. */
  static final String TAG = "tag: ";

  private final Draft schema = new Draft(Messages.SCHEMA);
  private final Notes notes;
  private final Set<String> domainNames = new HashSet<>();

  private SchemaWriter(Notes notes) {
    this.notes = notes;
  }

  static DynamicMessage write(DataSchema schema, Notes notes) {
    return new SchemaWriter(notes).write(schema);
  }

  private DynamicMessage write(DataSchema from) {
    from.features().forEach(feature -> schema.add("feature", feature(feature, "")));
    schema.add("default_environment", from.defaultEnvironments());
    from.sparseFeatures().forEach(sparse -> schema.add("sparse_feature", sparse(sparse)));
    from.weightedFeatures().forEach(weighted -> schema.add("weighted_feature", weighted(weighted)));
    annotate(schema, from.annotation());
    if (!from.dataset().equals(DatasetConstraints.NONE)) {
      schema.put("dataset_constraints", dataset(from.dataset()));
    }
    if (!from.severities().isEmpty()) {
      notes.add("Not taken over: the severities of anomalies of the schema.");
    }
    return schema.done();
  }

  private Draft feature(FeatureSchema from, String path) {
    Draft to = schema.of("feature").put("name", from.name());
    String full = path + from.name();
    to.choose("type", from.type() == FeatureType.TEXT ? "BYTES" : from.type().name());
    annotate(to, from.annotation());
    putStage(to, from.stage());
    to.add("in_environment", from.environments().in());
    to.add("not_in_environment", from.environments().notIn());
    if (!from.presence().equals(Presence.NONE)) {
      to.put("presence", presence(to.of("presence"), from.presence()));
    }
    putValues(to, from, full);
    from.domain().ifPresent(domain -> putDomain(to, domain, from.type(), full));
    from.minDomainMass()
        .ifPresent(
            mass ->
                to.put(
                    "distribution_constraints",
                    to.of("distribution_constraints").put("min_domain_mass", mass)));
    from.unique()
        .ifPresent(
            unique -> {
              Draft bounds = to.of("unique_constraints").put("min", unique.min());
              to.put("unique_constraints", putMax(bounds, unique.max()));
            });
    putComparator(to, "drift_comparator", from.drift());
    putComparator(to, "skew_comparator", from.skew());
    from.derived().ifPresent(source -> DerivedSources.put(to, source));
    if (!from.validations().isEmpty()) {
      notes.add("Not taken over: the validations of feature '%s'.", full);
    }
    if (!from.severities().isEmpty()) {
      notes.add("Not taken over: the severities of anomalies of feature '%s'.", full);
    }
    return to;
  }

  private static Draft presence(Draft to, Presence presence) {
    if (presence.minFraction() > 0) {
      to.put("min_fraction", presence.minFraction());
    }
    return presence.minCount() > 0 ? to.put("min_count", presence.minCount()) : to;
  }

  private void putValues(Draft to, FeatureSchema from, String full) {
    ValueCounts values = from.values();
    if (from.shape().isPresent()) {
      FixedShape shape = from.shape().get();
      to.put("shape", shape(to.of("shape"), shape));
      boolean isImplied = values.min() <= shape.values() && values.max() >= shape.values();
      if (!values.equals(ValueCounts.ANY) && !isImplied) {
        notes.add(
            "Not taken over: the number of values of feature '%s', which has a fixed shape.", full);
      }
      return;
    }
    if (!from.nestedValues().isEmpty()) {
      Draft levels = to.of("value_counts");
      from.nestedValues()
          .forEach(each -> levels.add("value_count", count(levels.of("value_count"), each)));
      to.put("value_counts", levels);
    } else if (!values.equals(ValueCounts.ANY)) {
      to.put("value_count", count(to.of("value_count"), values));
    }
  }

  private static Draft count(Draft to, ValueCounts values) {
    return putMax(values.min() > 0 ? to.put("min", values.min()) : to, values.max());
  }

  private void putDomain(Draft to, Domain domain, FeatureType type, String full) {
    if (domain instanceof Domain.Struct struct) {
      Draft inner = to.of("struct_domain");
      struct.features().forEach(each -> inner.add("feature", feature(each, full + ".")));
      to.put("struct_domain", inner);
    } else if (domain instanceof Strings strings) {
      String name = full;
      for (int i = 2; !domainNames.add(name); i++) {
        name = full + i;
      }
      schema.add(
          "string_domain",
          schema.of("string_domain").put("name", name).add("value", strings.values()));
      to.put("domain", name);
    } else {
      domain.match(new DomainWriter(to, type, full, notes));
    }
  }

  private void putComparator(Draft to, String field, FeatureComparator from) {
    if (from.isEmpty()) {
      return;
    }
    Draft limits = to.of(field);
    putThreshold(limits, "infinity_norm", from.infinityNorm());
    putThreshold(limits, "normalized_abs_difference", from.normalizedAbsDifference());
    from.jensenShannonDivergence()
        .ifPresent(
            limit -> {
              Draft divergence = limits.of("jensen_shannon_divergence").put("threshold", limit);
              if (from.source() == HistogramSelection.QUANTILES) {
                divergence.put(
                    "source", divergence.of("source").choose("type", from.source().name()));
              }
              limits.put("jensen_shannon_divergence", divergence);
            });
    to.put(field, limits);
  }

  private static void putThreshold(Draft to, String field, OptionalDouble limit) {
    limit.ifPresent(value -> to.put(field, to.of(field).put("threshold", value)));
  }

  private static Draft putMax(Draft to, long max) {
    return max == Long.MAX_VALUE ? to : to.put("max", max);
  }

  private static Draft shape(Draft to, FixedShape shape) {
    shape.sizes().forEach(size -> to.add("dim", to.of("dim").put("size", size)));
    return to;
  }

  private static void putStage(Draft to, LifecycleStage stage) {
    if (stage != LifecycleStage.UNKNOWN_STAGE) {
      to.choose("lifecycle_stage", stage.name());
    }
  }

  private static void annotate(Draft to, String text) {
    if (text.isEmpty()) {
      return;
    }
    List<String> lines = List.of(text.split("\n", -1));
    to.put(
        "annotation",
        to.of("annotation")
            .add(
                "tag",
                lines.stream()
                    .filter(line -> line.startsWith(TAG))
                    .map(line -> line.substring(TAG.length()))
                    .toList())
            .add("comment", lines.stream().filter(line -> !line.startsWith(TAG)).toList()));
  }

  private Draft sparse(SparseFeature from) {
    Draft to = schema.of("sparse_feature").put("name", from.name());
    putStage(to, from.stage());
    from.indexes()
        .forEach(index -> to.add("index_feature", to.of("index_feature").put("name", index)));
    to.put("value_feature", to.of("value_feature").put("name", from.value()));
    if (from.order() == SparseFeature.Order.SORTED) {
      to.putTrue("is_sorted");
    }
    from.denseShape().ifPresent(shape -> to.put("dense_shape", shape(to.of("dense_shape"), shape)));
    return to;
  }

  private Draft weighted(WeightedFeature from) {
    Draft to = schema.of("weighted_feature").put("name", from.name());
    to.put("feature", to.of("feature").add("step", List.of(from.feature())));
    to.put("weight_feature", to.of("weight_feature").add("step", List.of(from.weight())));
    putStage(to, from.stage());
    return to;
  }

  private Draft dataset(DatasetConstraints from) {
    Draft to = schema.of("dataset_constraints");
    from.minExamples().ifPresent(min -> to.put("min_examples_count", min));
    from.maxExamples().ifPresent(max -> to.put("max_examples_count", max));
    putFractions(to, "num_examples_drift_comparator", from.numExamplesDrift());
    putFractions(to, "num_examples_version_comparator", from.numExamplesVersion());
    return to;
  }

  private static void putFractions(Draft to, String field, NumericValueComparator from) {
    if (!from.equals(NumericValueComparator.NONE)) {
      Draft fractions = to.of(field);
      from.minFraction().ifPresent(min -> fractions.put("min_fraction_threshold", min));
      from.maxFraction().ifPresent(max -> fractions.put("max_fraction_threshold", max));
      to.put(field, fractions);
    }
  }
}
