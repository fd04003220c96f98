package io.pergola.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which raw columns features are computed from, and what a raw column reaches. It is recorded when
 * a Transform and an Evaluator publish, so that it can be asked after their files are gone. Columns
 * are followed by name: a component that renames one starts a new column.
 */
public final class ColumnLineage {
  /** Property of a TransformGraph: a struct of feature (or label) name to raw column names. */
  public static final String COLUMNS = "column_lineage";

  /** Property of a ModelEvaluation: a struct of slicing name to the names of its columns. */
  public static final String SLICINGS = "slicing_columns";

  private ColumnLineage() {}

  /**
   * What a raw column reaches.
   *
   * @param column its name
   * @param transforms feature plans that read it, oldest first
   * @param models trained on features of these plans, oldest first
   * @param slicings evaluations that cut their metrics by it, oldest first
   */
  public record Reach(
      String column,
      List<Features> transforms,
      List<StoredArtifact> models,
      List<Slices> slicings) {
    public Reach {
      transforms = List.copyOf(transforms);
      models = List.copyOf(models);
      slicings = List.copyOf(slicings);
    }
  }

  /**
   * The features of one plan that a column is read for.
   *
   * @param transformGraph the fitted plan
   * @param names of features and labels, in alphabetical order
   */
  public record Features(StoredArtifact transformGraph, List<String> names) {
    public Features {
      names = List.copyOf(names);
    }
  }

  /**
   * The slicings of one evaluation that a column takes part in.
   *
   * @param evaluation whose metrics are cut
   * @param names of the slicings, such as {@code payment_type x trip_start_hour}
   */
  public record Slices(StoredArtifact evaluation, List<String> names) {
    public Slices {
      names = List.copyOf(names);
    }
  }

  /**
   * Follows a raw column down from an artifact.
   *
   * @param artifactId usually examples; what was made from it is looked through
   * @return empty if there is no such artifact
   */
  public static Optional<Reach> reach(MetadataStore store, long artifactId, String column) {
    Optional<Lineage> below = store.lineage(artifactId, LineageQuery.down());
    if (below.isEmpty()) {
      return Optional.empty();
    }
    List<Features> transforms = new ArrayList<>();
    List<Slices> slicings = new ArrayList<>();
    for (StoredArtifact artifact : byId(below.get())) {
      List<String> features = naming(artifact, COLUMNS, column);
      if (!features.isEmpty()) {
        transforms.add(new Features(artifact, features));
      }
      List<String> slices = naming(artifact, SLICINGS, column);
      if (!slices.isEmpty()) {
        slicings.add(new Slices(artifact, slices));
      }
    }
    return Optional.of(new Reach(column, transforms, models(store, transforms), slicings));
  }

  /**
   * The raw columns behind each feature of an artifact, by feature name: of a TransformGraph its
   * own, of anything else (a model, an evaluation, a pushed model) those of the plans it was made
   * from.
   */
  public static SortedMap<String, List<String>> features(MetadataStore store, long artifactId) {
    SortedMap<String, List<String>> features = new TreeMap<>();
    store
        .lineage(artifactId, LineageQuery.up())
        .ifPresent(above -> byId(above).forEach(artifact -> addColumns(features, artifact)));
    return Collections.unmodifiableSortedMap(features);
  }

  /** The raw columns that any feature or slicing below an artifact reads, in alphabetical order. */
  public static List<String> columns(MetadataStore store, long artifactId) {
    SortedSet<String> columns = new TreeSet<>();
    store
        .lineage(artifactId, LineageQuery.down())
        .ifPresent(
            below -> {
              for (StoredArtifact artifact : byId(below)) {
                struct(artifact, COLUMNS).values().forEach(of -> columns.addAll(texts(of)));
                struct(artifact, SLICINGS).values().forEach(of -> columns.addAll(texts(of)));
              }
            });
    return List.copyOf(columns);
  }

  private static void addColumns(
      SortedMap<String, List<String>> features, StoredArtifact artifact) {
    struct(artifact, COLUMNS).forEach((name, columns) -> features.put(name, texts(columns)));
  }

  private static List<StoredArtifact> models(MetadataStore store, List<Features> transforms) {
    Set<Long> seen = new HashSet<>();
    List<StoredArtifact> models = new ArrayList<>();
    for (Features transform : transforms) {
      Lineage below =
          store.lineage(transform.transformGraph().id(), LineageQuery.down()).orElseThrow();
      for (StoredArtifact artifact : byId(below)) {
        if (artifact.type().equals("Model") && seen.add(artifact.id())) {
          models.add(artifact);
        }
      }
    }
    return models;
  }

  /** The artifact itself and its relatives, by id. */
  private static List<StoredArtifact> byId(Lineage lineage) {
    SortedMap<Long, StoredArtifact> all = new TreeMap<>();
    all.put(lineage.artifact().id(), lineage.artifact());
    lineage.relatives().forEach(r -> all.put(r.artifact().id(), r.artifact()));
    return List.copyOf(all.values());
  }

  private static List<String> naming(StoredArtifact artifact, String property, String column) {
    Set<String> names = new LinkedHashSet<>();
    struct(artifact, property)
        .forEach(
            (name, columns) -> {
              if (texts(columns).contains(column)) {
                names.add(name);
              }
            });
    return List.copyOf(names);
  }

  private static Map<String, Object> struct(StoredArtifact artifact, String property) {
    return artifact.property(property).orElse(null) instanceof PropertyValue.StructValue struct
        ? struct.fields()
        : Map.of();
  }

  private static List<String> texts(Object columns) {
    return columns instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}
