package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.DataSchema;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.Histogram;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.SchemaEdit;
import io.pergola.validation.SchemaEdit.OfSparseFeature;
import io.pergola.validation.SchemaEdit.OfWeightedFeature;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.WeightedFeature;
import java.util.List;

/**
 * Compares the columns of sparse and weighted features with each other. Statistics describe each
 * column by itself, so that only what their counts prove is found: never something that is not
 * there, and not everything.
 */
record JoinedFeatureCheck(Findings findings, DataSchema schema) {
  private static final CommonStatistics ABSENT =
      new CommonStatistics(0, 0, 0, 0, Double.NaN, 0, Histogram.EMPTY);

  void check(SplitStatistics split) {
    for (SparseFeature sparse : schema.sparseFeatures()) {
      if (sparse.stage().isValidated()) {
        check(split, sparse);
      }
    }
    for (WeightedFeature weighted : schema.weightedFeatures()) {
      if (weighted.stage().isValidated()) {
        check(split, weighted);
      }
    }
  }

  private void check(SplitStatistics split, SparseFeature sparse) {
    SchemaEdit edit = new OfSparseFeature(sparse.stage(LifecycleStage.DEPRECATED));
    String name = sparse.name();
    if (isFeature(name)) {
      findings.add(
          name,
          AnomalyType.SPARSE_FEATURE_NAME_COLLISION,
          "Name collision",
          "A feature of the schema has the same name.",
          edit);
      return;
    }
    CommonStatistics value = of(split, sparse.value());
    List<CommonStatistics> indexes = sparse.indexes().stream().map(i -> of(split, i)).toList();
    long most = Math.max(value.present(), most(indexes));
    if (value.present() < most) {
      findings.add(
          name,
          AnomalyType.SPARSE_FEATURE_MISSING_VALUE,
          "Missing value feature",
          "At least %s an index, but not the value '%s'."
              .formatted(have(most - value.present()), sparse.value()),
          edit);
    }
    for (int i = 0; i < indexes.size(); i++) {
      CommonStatistics index = indexes.get(i);
      if (index.present() < most) {
        findings.add(
            name,
            AnomalyType.SPARSE_FEATURE_MISSING_INDEX,
            "Missing index feature",
            "At least %s the value or another index, but not the index '%s'."
                .formatted(have(most - index.present()), sparse.indexes().get(i)),
            edit);
      } else if (differs(value, index)) {
        findings.add(
            name,
            AnomalyType.SPARSE_FEATURE_LENGTH_MISMATCH,
            "Lengths of value and index differ",
            lengths(sparse.value(), value, sparse.indexes().get(i), index),
            edit);
      }
    }
  }

  private void check(SplitStatistics split, WeightedFeature weighted) {
    SchemaEdit edit = new OfWeightedFeature(weighted.stage(LifecycleStage.DEPRECATED));
    String name = weighted.name();
    boolean isSparse =
        schema.sparseFeatures().stream()
            .anyMatch(sparse -> sparse.name().equals(name) && sparse.stage().isValidated());
    if (isFeature(name) || isSparse) {
      findings.add(
          name,
          AnomalyType.WEIGHTED_FEATURE_NAME_COLLISION,
          "Name collision",
          "A %s of the schema has the same name."
              .formatted(isSparse ? "sparse feature" : "feature"),
          edit);
      return;
    }
    CommonStatistics value = of(split, weighted.feature());
    CommonStatistics weight = of(split, weighted.weight());
    if (value.present() < weight.present()) {
      findings.add(
          name,
          AnomalyType.WEIGHTED_FEATURE_MISSING_VALUE,
          "Missing value feature",
          "At least %s the weight '%s', but not the value '%s'."
              .formatted(
                  have(weight.present() - value.present()), weighted.weight(), weighted.feature()),
          edit);
    } else if (weight.present() < value.present()) {
      findings.add(
          name,
          AnomalyType.WEIGHTED_FEATURE_MISSING_WEIGHT,
          "Missing weight feature",
          "At least %s the value '%s', but not the weight '%s'."
              .formatted(
                  have(value.present() - weight.present()), weighted.feature(), weighted.weight()),
          edit);
    } else if (differs(value, weight)) {
      findings.add(
          name,
          AnomalyType.WEIGHTED_FEATURE_LENGTH_MISMATCH,
          "Lengths of value and weight differ",
          lengths(weighted.feature(), value, weighted.weight(), weight),
          edit);
    }
  }

  private boolean isFeature(String name) {
    return schema.find(name).map(FeatureSchema::stage).filter(s -> s.isValidated()).isPresent();
  }

  private static CommonStatistics of(SplitStatistics split, String column) {
    return split.find(column).map(FeatureStatistics::common).orElse(ABSENT);
  }

  private static long most(List<CommonStatistics> columns) {
    return columns.stream().mapToLong(CommonStatistics::present).max().orElse(0);
  }

  private static boolean differs(CommonStatistics a, CommonStatistics b) {
    return a.present() == b.present()
        && (a.totalValues() != b.totalValues()
            || a.minValues() != b.minValues()
            || a.maxValues() != b.maxValues());
  }

  private static String have(long n) {
    return Findings.examples(n) + (n == 1 ? " has" : " have");
  }

  private static String lengths(String one, CommonStatistics a, String other, CommonStatistics b) {
    return "'%s' has %,d values in all, %d to %d in an example; '%s' has %,d, %d to %d."
        .formatted(
            one,
            a.totalValues(),
            a.minValues(),
            a.maxValues(),
            other,
            b.totalValues(),
            b.minValues(),
            b.maxValues());
  }
}
