package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataSchema;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Embedding;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.WeightedFeature;
import io.pergola.validation.internal.RowFindings.Key;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a batch that break a schema, column by column; of a dictionary-encoded column
 * each entry is looked at once.
 *
 * @param environment where the rows come from; empty if all features are expected
 * @param sample rows kept of each rule
 */
record RowChecks(DataSchema schema, Optional<String> environment, int sample) {
  private static final int LONGEST = 100;
  private static final int MOST_VALUES = 20;

  /** Adds what is found in the rows of a batch. */
  void check(String split, long firstRow, ExampleBatch batch, RowFindings findings) {
    Pass pass = new Pass(split, firstRow, batch, findings, new BitSet(batch.rows()));
    for (FeatureSchema expected : schema.columns()) {
      if (expected.stage().isValidated()) {
        pass.check(expected);
      }
    }
    for (ExampleColumn column : batch.columns()) {
      if (schema.find(column.name()).isEmpty()) {
        pass.addPresent(column, AnomalyType.SCHEMA_NEW_COLUMN);
      }
    }
    for (SparseFeature sparse : schema.sparseFeatures()) {
      if (sparse.stage().isValidated()) {
        pass.check(sparse);
      }
    }
    for (WeightedFeature weighted : schema.weightedFeatures()) {
      if (weighted.stage().isValidated()) {
        pass.check(weighted);
      }
    }
    findings.addRows(split, batch.rows(), pass.anomalous.cardinality());
  }

  private boolean isExpectedHere(FeatureSchema expected) {
    return environment
        .map(name -> expected.environments().include(name, schema.defaultEnvironments()))
        .orElse(true);
  }

  /** One pass over a batch. */
  private final class Pass {
    private final String split;
    private final long firstRow;
    private final ExampleBatch batch;
    private final RowFindings findings;
    private final BitSet anomalous;

    Pass(String split, long firstRow, ExampleBatch batch, RowFindings findings, BitSet anomalous) {
      this.split = split;
      this.firstRow = firstRow;
      this.batch = batch;
      this.findings = findings;
      this.anomalous = anomalous;
    }

    void check(FeatureSchema expected) {
      boolean here = isExpectedHere(expected);
      boolean everywhere = here && expected.presence().minFraction() == 1;
      Optional<ExampleColumn> found = batch.find(expected.name());
      if (found.isEmpty()) {
        if (everywhere) {
          for (int row = 0; row < batch.rows(); row++) {
            add(expected.name(), AnomalyType.SCHEMA_MISSING_COLUMN, row);
          }
        }
        return;
      }
      ExampleColumn column = found.get();
      if (!here) {
        addPresent(column, AnomalyType.SCHEMA_NEW_COLUMN);
      }
      if (!expected.type().accepts(column.type())) {
        addPresent(column, AnomalyType.UNEXPECTED_DATA_TYPE);
        return;
      }
      checkCounts(expected, column, everywhere);
      expected
          .domain()
          .filter(domain -> expected.minDomainMass().orElse(1) == 1)
          .ifPresent(domain -> checkValues(domain, column));
    }

    private void checkCounts(FeatureSchema expected, ExampleColumn column, boolean everywhere) {
      long shape = expected.shape().map(each -> each.values()).orElse(-1L);
      long dimension =
          expected.domain().orElse(null) instanceof Embedding embedding
              ? embedding.dimension()
              : -1;
      for (int row = 0; row < batch.rows(); row++) {
        if (!column.isPresent(row)) {
          if (everywhere) {
            add(column.name(), AnomalyType.FEATURE_TYPE_NOT_PRESENT, row);
          }
          if (shape >= 0) {
            add(column.name(), AnomalyType.INVALID_FEATURE_SHAPE, row);
          }
          continue;
        }
        int values = column.end(row) - column.start(row);
        if (values < expected.values().min()) {
          add(column.name(), AnomalyType.FEATURE_TYPE_LOW_NUMBER_VALUES, row);
        }
        if (values > expected.values().max()) {
          add(column.name(), AnomalyType.FEATURE_TYPE_HIGH_NUMBER_VALUES, row);
        }
        if (shape >= 0 && values != shape) {
          add(column.name(), AnomalyType.INVALID_FEATURE_SHAPE, row);
        }
        if (dimension >= 0 && values != dimension) {
          add(column.name(), AnomalyType.EMBEDDING_SHAPE_INVALID, row);
        }
      }
    }

    private void checkValues(Domain domain, ExampleColumn column) {
      @Nullable AnomalyType[] verdicts = new AnomalyType[column.entryCount()];
      boolean any = false;
      EntryCheck check = EntryCheck.of(domain, column);
      for (int entry = 0; entry < verdicts.length; entry++) {
        verdicts[entry] = check.of(entry).orElse(null);
        any |= verdicts[entry] != null;
      }
      for (int row = 0; any && row < batch.rows(); row++) {
        if (column.isPresent(row)) {
          addBroken(column, verdicts, row);
        }
      }
    }

    private void addBroken(ExampleColumn column, @Nullable AnomalyType[] verdicts, int row) {
      List<AnomalyType> found = new ArrayList<>();
      for (int value = column.start(row); value < column.end(row); value++) {
        int entry = column.entry(value);
        AnomalyType verdict = entry < 0 ? null : verdicts[entry];
        if (verdict != null && !found.contains(verdict)) {
          found.add(verdict);
          add(column.name(), verdict, row);
        }
      }
    }

    void addPresent(ExampleColumn column, AnomalyType type) {
      for (int row = 0; row < batch.rows(); row++) {
        if (column.isPresent(row)) {
          add(column.name(), type, row);
        }
      }
    }

    void check(SparseFeature sparse) {
      for (int row = 0; row < batch.rows(); row++) {
        int value = length(sparse.value(), row);
        boolean any = value >= 0;
        boolean all = value >= 0;
        boolean same = true;
        boolean index = true;
        for (String name : sparse.indexes()) {
          int length = length(name, row);
          any |= length >= 0;
          all &= length >= 0;
          index &= length >= 0;
          same &= length < 0 || value < 0 || length == value;
        }
        if (any && value < 0) {
          add(sparse.name(), AnomalyType.SPARSE_FEATURE_MISSING_VALUE, row);
        }
        if (any && !index) {
          add(sparse.name(), AnomalyType.SPARSE_FEATURE_MISSING_INDEX, row);
        }
        if (all && !same) {
          add(sparse.name(), AnomalyType.SPARSE_FEATURE_LENGTH_MISMATCH, row);
        }
      }
    }

    void check(WeightedFeature weighted) {
      for (int row = 0; row < batch.rows(); row++) {
        int value = length(weighted.feature(), row);
        int weight = length(weighted.weight(), row);
        if (value < 0 && weight >= 0) {
          add(weighted.name(), AnomalyType.WEIGHTED_FEATURE_MISSING_VALUE, row);
        } else if (weight < 0 && value >= 0) {
          add(weighted.name(), AnomalyType.WEIGHTED_FEATURE_MISSING_WEIGHT, row);
        } else if (value != weight) {
          add(weighted.name(), AnomalyType.WEIGHTED_FEATURE_LENGTH_MISMATCH, row);
        }
      }
    }

    /** The number of values; -1 if the row lacks the column. */
    private int length(String column, int row) {
      return batch
          .find(column)
          .filter(found -> found.isPresent(row))
          .map(found -> found.end(row) - found.start(row))
          .orElse(-1);
    }

    private void add(String feature, AnomalyType type, int row) {
      anomalous.set(row);
      findings.add(split, new Key(feature, type), firstRow + row, sample, () -> values(row));
    }

    private SortedMap<String, String> values(int row) {
      SortedMap<String, String> values = new TreeMap<>();
      for (ExampleColumn column : batch.columns()) {
        if (column.isPresent(row)) {
          values.put(column.name(), text(column, row));
        }
      }
      return values;
    }
  }

  private static String text(ExampleColumn column, int row) {
    List<String> values = new ArrayList<>();
    int end = Math.min(column.end(row), column.start(row) + MOST_VALUES);
    for (int value = column.start(row); value < end; value++) {
      values.add(text(column, value, column.entry(value)));
    }
    if (end < column.end(row)) {
      values.add("... %d in all".formatted(column.end(row) - column.start(row)));
    }
    String all = column.isMultivalent() ? values.toString() : String.join("", values);
    return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "...";
  }

  private static String text(ExampleColumn column, int value, int entry) {
    if (column instanceof LongColumn longs) {
      return Long.toString(longs.value(value));
    }
    if (column instanceof FloatColumn floats) {
      return Float.toString(floats.value(value));
    }
    if (column instanceof DoubleColumn doubles) {
      return Double.toString(doubles.value(value));
    }
    BytesColumn bytes = (BytesColumn) column;
    return column.type() == ColumnType.TEXT
        ? bytes.entryText(entry)
        : "%d bytes".formatted(bytes.entryLength(entry));
  }
}
