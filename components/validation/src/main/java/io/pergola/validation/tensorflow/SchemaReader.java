package io.pergola.validation.tensorflow;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetConstraints;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.Environments;
import io.pergola.validation.FeatureComparator;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.Severity;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.UniqueConstraints;
import io.pergola.validation.WeightedFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a schema of a {@code Schema} message. */
final class SchemaReader {
  private static final SortedMap<AnomalyType, Severity> USUAL_SEVERITIES = new TreeMap<>();

  private final Fields schema;
  private final Notes notes;
  private final List<String> problems = new ArrayList<>();
  private final SharedDomains shared;

  private SchemaReader(Fields schema) {
    this.schema = schema;
    this.notes = schema.notes();
    this.shared = new SharedDomains(schema);
  }

  /**
   * Reads a schema.
   *
   * @throws IllegalArgumentException naming everything that cannot be a schema
   */
  static DataSchema read(Fields message) {
    return new SchemaReader(message).read();
  }

  private DataSchema read() {
    List<FeatureSchema> features = features(schema.messages("feature"), "");
    List<SparseFeature> sparse = new ArrayList<>();
    for (Fields each : schema.messages("sparse_feature")) {
      each.about("sparse feature '%s'".formatted(each.text("name")));
      attempt(each, () -> sparse.add(sparse(each)));
    }
    List<WeightedFeature> weighted = new ArrayList<>();
    for (Fields each : schema.messages("weighted_feature")) {
      each.about("weighted feature '%s'".formatted(each.text("name")));
      attempt(each, () -> weighted.add(weighted(each)));
    }
    List<DatasetConstraints> dataset = new ArrayList<>();
    Fields constraints = schema.message("dataset_constraints").about("the dataset");
    attempt(constraints, () -> dataset.add(dataset(constraints)));
    shared.finish();
    List<DataSchema> result = new ArrayList<>();
    if (problems.isEmpty()) {
      attempt(
          schema,
          () ->
              result.add(
                  new DataSchema(
                      annotation(schema.message("annotation")),
                      schema.texts("default_environment"),
                      dataset.get(0),
                      features,
                      sparse,
                      weighted,
                      USUAL_SEVERITIES)));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return result.get(0);
  }

  private void attempt(Fields of, Runnable action) {
    try {
      action.run();
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(of.subject(), e.getMessage()));
    }
  }

  private List<FeatureSchema> features(List<Fields> messages, String path) {
    List<FeatureSchema> features = new ArrayList<>();
    for (Fields each : messages) {
      String name = each.text("name");
      each.about("feature '%s%s'".formatted(path, name));
      attempt(each, () -> features.add(feature(each, path + name)));
    }
    return features;
  }

  private FeatureSchema feature(Fields in, String path) {
    FeatureType type = type(in);
    Optional<Domain> domain = domain(in, path, type);
    boolean isText =
        type == FeatureType.BYTES
            && domain.filter(each -> !(each instanceof Domain.Image)).isPresent();
    FeatureType told = isText ? FeatureType.TEXT : type;
    FeatureSchema feature =
        FeatureSchema.of(in.text("name"), told)
            .annotation(annotation(in.message("annotation")))
            .stage(stage(in))
            .environments(environments(in))
            .presence(presence(in))
            .values(values(in))
            .nestedValues(nestedValues(in))
            .derived(DerivedSources.read(in))
            .shape(shape(in, "shape"))
            .unique(unique(in))
            .drift(comparator(in.message("drift_comparator")))
            .skew(comparator(in.message("skew_comparator")));
    if (domain.isPresent()) {
      feature = feature.domain(domain.get());
    }
    if (domain.orElse(null) instanceof Strings && in.has("distribution_constraints")) {
      Fields constraints = in.message("distribution_constraints");
      feature =
          feature.minDomainMass(
              OptionalDouble.of(constraints.optionalNumber("min_domain_mass").orElse(1)));
    }
    return feature;
  }

  private static FeatureType type(Fields in) {
    String type = in.constant("type");
    return switch (type) {
      case "INT" -> FeatureType.INT;
      case "FLOAT" -> FeatureType.FLOAT;
      case "BYTES" -> FeatureType.BYTES;
      case "STRUCT" -> FeatureType.STRUCT;
      default -> {
        if (in.has("struct_domain")) {
          yield FeatureType.STRUCT;
        }
        throw new IllegalArgumentException("it has no type (INT, FLOAT, BYTES or STRUCT)");
      }
    };
  }

  private Optional<Domain> domain(Fields in, String path, FeatureType type) {
    if (in.has("struct_domain")) {
      Fields struct = in.message("struct_domain");
      return Optional.of(new Domain.Struct(features(struct.messages("feature"), path + ".")));
    }
    Optional<Domain> domain =
        in.has("domain")
            ? Optional.of(shared.find(in.text("domain"), type))
            : DomainReader.read(in, type);
    if (domain.isPresent() && !domain.get().fits(type)) {
      notes.add(
          "Not taken over: %s of %s, which does not fit its type %s.",
          domain.get().kind(), in.subject(), type);
      return Optional.empty();
    }
    return domain;
  }

  private LifecycleStage stage(Fields in) {
    boolean isDeprecated = in.has("deprecated") && in.truth("deprecated");
    LifecycleStage stage = LifecycleStage.valueOf(in.constant("lifecycle_stage"));
    return isDeprecated && stage.isValidated() ? LifecycleStage.DEPRECATED : stage;
  }

  private Environments environments(Fields in) {
    List<String> notIn = in.texts("not_in_environment");
    List<String> both = in.texts("in_environment").stream().filter(notIn::contains).toList();
    if (!both.isEmpty()) {
      notes.add(
          "%s is named both in and not in %s; it is not in it, as TensorFlow's tools see it.",
          in.subject(), String.join(", ", both));
    }
    return new Environments(
        in.texts("in_environment").stream().filter(name -> !notIn.contains(name)).toList(), notIn);
  }

  private static Presence presence(Fields in) {
    Fields presence = in.message("presence");
    return new Presence(presence.number("min_fraction"), presence.whole("min_count"));
  }

  private static ValueCounts values(Fields in) {
    if (in.has("value_counts") && in.message("value_counts").messages("value_count").size() == 1) {
      return values(in.message("value_counts").messages("value_count").get(0), "its only level");
    }
    return in.has("value_counts")
        ? ValueCounts.ANY
        : values(in.message("value_count"), "value_count");
  }

  private static List<ValueCounts> nestedValues(Fields in) {
    List<Fields> levels = in.message("value_counts").messages("value_count");
    return levels.size() < 2
        ? List.of()
        : levels.stream().map(level -> values(level, "a level of value_counts")).toList();
  }

  private static ValueCounts values(Fields count, String what) {
    long max = count.optionalWhole("max").orElse(Long.MAX_VALUE);
    long min = count.whole("min");
    if (max < min || min < 0) {
      throw new IllegalArgumentException(
          "%s is from %d to %d (0 <= min <= max)".formatted(what, min, max));
    }
    return new ValueCounts(min, max);
  }

  private static Optional<FixedShape> shape(Fields in, String field) {
    if (!in.has(field)) {
      return Optional.empty();
    }
    return Optional.of(
        new FixedShape(
            in.message(field).messages("dim").stream().map(dim -> dim.whole("size")).toList()));
  }

  private static Optional<UniqueConstraints> unique(Fields in) {
    if (!in.has("unique_constraints")) {
      return Optional.empty();
    }
    Fields unique = in.message("unique_constraints");
    return Optional.of(
        new UniqueConstraints(
            unique.whole("min"), unique.optionalWhole("max").orElse(Long.MAX_VALUE)));
  }

  private static FeatureComparator comparator(Fields in) {
    Fields divergence = in.message("jensen_shannon_divergence");
    boolean isQuantiles =
        divergence.message("source").constant("type").equals(HistogramSelection.QUANTILES.name());
    return new FeatureComparator(
        in.message("infinity_norm").optionalNumber("threshold"),
        divergence.optionalNumber("threshold"),
        isQuantiles ? HistogramSelection.QUANTILES : HistogramSelection.STANDARD,
        in.message("normalized_abs_difference").optionalNumber("threshold"));
  }

  private static String annotation(Fields in) {
    List<String> lines = new ArrayList<>();
    in.texts("tag").forEach(tag -> lines.add(SchemaWriter.TAG + tag));
    lines.addAll(in.texts("comment"));
    return String.join("\n", lines);
  }

  private SparseFeature sparse(Fields in) {
    return new SparseFeature(
        in.text("name"),
        stage(in),
        in.messages("index_feature").stream().map(index -> index.text("name")).toList(),
        in.message("value_feature").text("name"),
        in.truth("is_sorted") ? SparseFeature.Order.SORTED : SparseFeature.Order.ANY,
        shape(in, "dense_shape"));
  }

  private static WeightedFeature weighted(Fields in) {
    return new WeightedFeature(
        in.text("name"),
        LifecycleStage.valueOf(in.constant("lifecycle_stage")),
        String.join(".", in.message("feature").texts("step")),
        String.join(".", in.message("weight_feature").texts("step")));
  }

  private static DatasetConstraints dataset(Fields in) {
    return new DatasetConstraints(
        in.optionalWhole("min_examples_count"),
        in.optionalWhole("max_examples_count"),
        fractions(in.message("num_examples_drift_comparator")),
        fractions(in.message("num_examples_version_comparator")));
  }

  private static NumericValueComparator fractions(Fields in) {
    return new NumericValueComparator(
        in.optionalNumber("min_fraction_threshold"), in.optionalNumber("max_fraction_threshold"));
  }
}
