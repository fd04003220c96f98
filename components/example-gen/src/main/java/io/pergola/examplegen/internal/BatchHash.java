package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.List;

/** The fingerprints of the rows of a batch: the same as row by row. */
final class BatchHash {
  /** Puts the values of one column, whose type is known, without asking for each what it is. */
  private interface Values {
    void put(ExampleHash hash, int value);
  }

  private record Source(long name, ExampleColumn column, Values values) {}

  private BatchHash() {}

  static long[] fingerprints(ExampleBatch batch, HashedColumns hashed) {
    List<ExampleColumn> columns = batch.columns();
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < hashed.size(); i++) {
      ExampleColumn column = columns.get(hashed.column(i));
      sources.add(new Source(hashed.name(i), column, values(column)));
    }
    Source[] all = sources.toArray(Source[]::new);
    long[] fingerprints = new long[batch.rows()];
    ExampleHash hash = new ExampleHash();
    for (int row = 0; row < fingerprints.length; row++) {
      hash.reset();
      for (Source source : all) {
        if (source.column().isPresent(row)) {
          int from = source.column().start(row);
          int to = source.column().end(row);
          hash.beginValues(source.name(), to - from);
          for (int value = from; value < to; value++) {
            source.values().put(hash, value);
          }
        }
      }
      fingerprints[row] = hash.fingerprint();
    }
    return fingerprints;
  }

  private static Values values(ExampleColumn column) {
    if (column instanceof LongColumn longs) {
      return (hash, value) -> hash.putWhole(longs.value(value));
    }
    if (column instanceof FloatColumn floats) {
      return (hash, value) -> hash.putNumber(floats.value(value));
    }
    if (column instanceof DoubleColumn doubles) {
      return (hash, value) -> hash.putNumber(doubles.value(value));
    }
    BytesColumn bytes = (BytesColumn) column;
    return (hash, value) -> {
      int entry = bytes.entry(value);
      hash.putBytes(bytes.data(), bytes.entryOffsets()[entry], bytes.entryLength(entry));
    };
  }
}
