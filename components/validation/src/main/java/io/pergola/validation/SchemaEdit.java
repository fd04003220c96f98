package io.pergola.validation;

import io.pergola.validation.internal.Loosening;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A change of a schema such that it expects less. */
public sealed interface SchemaEdit {
  /** What it changes, such as {@code WIDEN_DOMAIN}. */
  String name();

  /** The schema after this edit; edits can be applied in any order, after each other. */
  DataSchema applyTo(DataSchema schema);

  /** Handles every kind of edit. */
  <T> T match(
      Function<OfFeature, T> feature,
      Function<OfDataset, T> dataset,
      Function<OfSparseFeature, T> sparse,
      Function<OfWeightedFeature, T> weighted);

  /** What an edit changes about a feature. */
  enum Action {
    /** The feature is new. */
    ADD_FEATURE,
    /** It is expected in one environment more. */
    ADD_ENVIRONMENT,
    /** Its type; what was said about the values goes. */
    CHANGE_TYPE,
    /** How many examples must have it. */
    RELAX_PRESENCE,
    /** How many values an example may have. */
    WIDEN_VALUES,
    /** How deep its values are nested, and how many there are on each level. */
    CHANGE_NESTING,
    /** What it is derived from, and that it is. */
    MARK_DERIVED,
    /** It has no fixed shape. */
    DROP_SHAPE,
    /** A domain, where it had none. */
    SET_DOMAIN,
    /** Which values it may have. */
    WIDEN_DOMAIN,
    /** A domain of another kind. */
    REPLACE_DOMAIN,
    /** Any value is allowed. */
    DROP_DOMAIN,
    /** How many distinct values it may have. */
    WIDEN_UNIQUE,
    /** It may have any number of distinct values. */
    DROP_UNIQUE,
    /** How far it may be from the previous span. */
    RAISE_DRIFT_LIMIT,
    /** It may be as far from the previous span as it is. */
    DROP_DRIFT_LIMITS,
    /** How far it may be from serving data. */
    RAISE_SKEW_LIMIT,
    /** It may be as far from serving data as it is. */
    DROP_SKEW_LIMITS,
    /** A custom validation is no longer asked for. */
    DROP_VALIDATION
  }

  /**
   * A change of what is expected of one feature.
   *
   * @param action what changes
   * @param feature the feature's block as it reads after this change alone; named by its column
   */
  record OfFeature(Action action, FeatureSchema feature) implements SchemaEdit {
    @Override
    public String name() {
      return action.name();
    }

    @Override
    public DataSchema applyTo(DataSchema schema) {
      Optional<FeatureSchema> found = schema.find(feature.name());
      if (found.isEmpty()) {
        return schema.with(feature);
      }
      return schema.with(feature.name(), Loosening.apply(action, found.get(), feature));
    }

    @Override
    public <T> T match(
        Function<OfFeature, T> ofFeature,
        Function<OfDataset, T> dataset,
        Function<OfSparseFeature, T> sparse,
        Function<OfWeightedFeature, T> weighted) {
      return ofFeature.apply(this);
    }
  }

  /**
   * A change of how many examples there are.
   *
   * @param dataset as it reads after this change alone
   */
  record OfDataset(DatasetConstraints dataset) implements SchemaEdit {
    @Override
    public String name() {
      return "RELAX_DATASET";
    }

    @Override
    public DataSchema applyTo(DataSchema schema) {
      return schema.dataset(Loosening.looser(schema.dataset(), dataset));
    }

    @Override
    public <T> T match(
        Function<OfFeature, T> feature,
        Function<OfDataset, T> ofDataset,
        Function<OfSparseFeature, T> sparse,
        Function<OfWeightedFeature, T> weighted) {
      return ofDataset.apply(this);
    }
  }

  /**
   * A change of the stage of a sparse feature.
   *
   * @param feature as it reads after this change
   */
  record OfSparseFeature(SparseFeature feature) implements SchemaEdit {
    @Override
    public String name() {
      return "DEPRECATE_SPARSE_FEATURE";
    }

    @Override
    public DataSchema applyTo(DataSchema schema) {
      List<SparseFeature> edited = new ArrayList<>();
      for (SparseFeature each : schema.sparseFeatures()) {
        edited.add(each.name().equals(feature.name()) ? each.stage(feature.stage()) : each);
      }
      return schema.sparseFeatures(edited);
    }

    @Override
    public <T> T match(
        Function<OfFeature, T> ofFeature,
        Function<OfDataset, T> dataset,
        Function<OfSparseFeature, T> sparse,
        Function<OfWeightedFeature, T> weighted) {
      return sparse.apply(this);
    }
  }

  /**
   * A change of the stage of a weighted feature.
   *
   * @param feature as it reads after this change
   */
  record OfWeightedFeature(WeightedFeature feature) implements SchemaEdit {
    @Override
    public String name() {
      return "DEPRECATE_WEIGHTED_FEATURE";
    }

    @Override
    public DataSchema applyTo(DataSchema schema) {
      List<WeightedFeature> edited = new ArrayList<>();
      for (WeightedFeature each : schema.weightedFeatures()) {
        edited.add(each.name().equals(feature.name()) ? each.stage(feature.stage()) : each);
      }
      return schema.weightedFeatures(edited);
    }

    @Override
    public <T> T match(
        Function<OfFeature, T> ofFeature,
        Function<OfDataset, T> dataset,
        Function<OfSparseFeature, T> sparse,
        Function<OfWeightedFeature, T> weighted) {
      return weighted.apply(this);
    }
  }
}
