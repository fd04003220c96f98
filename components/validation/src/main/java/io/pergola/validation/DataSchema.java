package io.pergola.validation;

import io.pergola.validation.Domain.Struct;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What examples are expected to look like: what {@code schema.json} holds.
 *
 * @param annotation free text by people, kept as it is; may be empty
 * @param defaultEnvironments where features are expected that do not say otherwise
 * @param dataset how many examples there are
 * @param features with distinct names, in the order of the file
 * @param sparseFeatures with distinct names
 * @param weightedFeatures with distinct names
 * @param severities of anomalies, where they differ from the usual ones
 */
public record DataSchema(
    String annotation,
    List<String> defaultEnvironments,
    DatasetConstraints dataset,
    List<FeatureSchema> features,
    List<SparseFeature> sparseFeatures,
    List<WeightedFeature> weightedFeatures,
    SortedMap<AnomalyType, Severity> severities) {
  public DataSchema {
    defaultEnvironments = List.copyOf(defaultEnvironments);
    features = List.copyOf(features);
    sparseFeatures = List.copyOf(sparseFeatures);
    weightedFeatures = List.copyOf(weightedFeatures);
    severities = Collections.unmodifiableSortedMap(new TreeMap<>(severities));
    checkDistinct(features.stream().map(FeatureSchema::name).toList());
    checkDistinct(sparseFeatures.stream().map(SparseFeature::name).toList());
    checkDistinct(weightedFeatures.stream().map(WeightedFeature::name).toList());
  }

  /** A schema of features and nothing else. */
  public DataSchema(List<FeatureSchema> features) {
    this("", List.of(), DatasetConstraints.NONE, features, List.of(), List.of(), new TreeMap<>());
  }

  static void checkDistinct(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "Invalid schema: feature '%s' occurs twice (names must be distinct)".formatted(name));
      }
    }
  }

  private DataSchema with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** A copy under change. */
  private static final class Draft {
    private String annotation;
    private List<String> defaultEnvironments;
    private DatasetConstraints dataset;
    private List<FeatureSchema> features;
    private List<SparseFeature> sparseFeatures;
    private List<WeightedFeature> weightedFeatures;
    private SortedMap<AnomalyType, Severity> severities;

    Draft(DataSchema from) {
      annotation = from.annotation;
      defaultEnvironments = from.defaultEnvironments;
      dataset = from.dataset;
      features = from.features;
      sparseFeatures = from.sparseFeatures;
      weightedFeatures = from.weightedFeatures;
      severities = from.severities;
    }

    DataSchema done() {
      return new DataSchema(
          annotation,
          defaultEnvironments,
          dataset,
          features,
          sparseFeatures,
          weightedFeatures,
          severities);
    }
  }

  /** With another annotation. */
  public DataSchema annotation(String annotation) {
    return with(draft -> draft.annotation = annotation);
  }

  /** With other default environments. */
  public DataSchema defaultEnvironments(String... environments) {
    return with(draft -> draft.defaultEnvironments = List.of(environments));
  }

  /** With another number of examples. */
  public DataSchema dataset(DatasetConstraints dataset) {
    return with(draft -> draft.dataset = dataset);
  }

  /** With other features. */
  public DataSchema features(List<FeatureSchema> features) {
    return with(draft -> draft.features = features);
  }

  /** With other sparse features. */
  public DataSchema sparseFeatures(List<SparseFeature> sparseFeatures) {
    return with(draft -> draft.sparseFeatures = sparseFeatures);
  }

  /** With other weighted features. */
  public DataSchema weightedFeatures(List<WeightedFeature> weightedFeatures) {
    return with(draft -> draft.weightedFeatures = weightedFeatures);
  }

  /** With other severities of anomalies. */
  public DataSchema severities(Map<AnomalyType, Severity> severities) {
    return with(draft -> draft.severities = new TreeMap<>(severities));
  }

  /**
   * What is expected of one feature, if the schema has it.
   *
   * @param feature its name; {@code a.b} also names feature {@code b} of a struct {@code a}
   */
  public Optional<FeatureSchema> find(String feature) {
    return find(features, feature);
  }

  private static Optional<FeatureSchema> find(List<FeatureSchema> features, String path) {
    for (FeatureSchema feature : features) {
      if (feature.name().equals(path)) {
        return Optional.of(feature);
      }
    }
    for (FeatureSchema feature : features) {
      if (path.startsWith(feature.name() + ".")
          && feature.domain().orElse(null) instanceof Struct struct) {
        return find(struct.features(), path.substring(feature.name().length() + 1));
      }
    }
    return Optional.empty();
  }

  /** A schema with this feature in the place of the one of that name, or at the end. */
  public DataSchema with(FeatureSchema feature) {
    return with(feature.name(), feature);
  }

  /**
   * A schema with this feature in the place of the one of that path, or at the end.
   *
   * @param path as in {@link #find}
   */
  public DataSchema with(String path, FeatureSchema feature) {
    return features(replace(features, path, feature));
  }

  private static List<FeatureSchema> replace(
      List<FeatureSchema> features, String path, FeatureSchema by) {
    List<FeatureSchema> edited = new ArrayList<>();
    boolean found = false;
    for (FeatureSchema existing : features) {
      boolean same = existing.name().equals(path);
      edited.add(same ? by : existing);
      found |= same;
    }
    for (int i = 0; i < edited.size() && !found; i++) {
      FeatureSchema existing = edited.get(i);
      if (path.startsWith(existing.name() + ".")
          && existing.domain().orElse(null) instanceof Struct struct) {
        String rest = path.substring(existing.name().length() + 1);
        edited.set(i, existing.domain(new Struct(replace(struct.features(), rest, by))));
        found = true;
      }
    }
    if (!found) {
      edited.add(by.name(path));
    }
    return edited;
  }

  /**
   * The features that are columns of examples, with the names of the columns: those of structs by
   * their paths, with the stage and the environments of the struct where it is not validated or
   * expected.
   */
  public List<FeatureSchema> columns() {
    List<FeatureSchema> columns = new ArrayList<>();
    features.forEach(feature -> addColumns(feature, columns));
    return columns;
  }

  private static void addColumns(FeatureSchema feature, List<FeatureSchema> to) {
    if (!(feature.domain().orElse(null) instanceof Struct struct)) {
      if (feature.type() != FeatureType.STRUCT) {
        to.add(feature);
      }
      return;
    }
    for (FeatureSchema child : struct.features()) {
      FeatureSchema column = child.name(feature.name() + "." + child.name());
      if (!feature.stage().isValidated()) {
        column = column.stage(feature.stage());
      }
      if (child.environments().equals(Environments.DEFAULT)) {
        column = column.environments(feature.environments());
      }
      addColumns(column, to);
    }
  }
}
