package io.pergola.transform;

import io.pergola.beam.ExampleColumn;
import io.pergola.beam.StateBytes;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What an analyzer has seen of some examples. Merging is exact: neither the order nor the grouping
 * of examples changes the result by a bit. Not thread-safe.
 */
sealed interface Accumulator
    permits Moments,
        Range,
        QuantileCounts,
        TermCounts,
        LMoments,
        KeyedAccumulator,
        DocumentCounts,
        RankedTerms,
        Covariances,
        HistogramCounts {
  /** One of the same kind that has seen nothing. */
  Accumulator empty();

  /** Adds what another of the same kind has seen. */
  void merge(Accumulator other);

  /** Writes its state; {@link #read} reads it. */
  void write(DataOutput out) throws IOException;

  /** The tag that tells its kind in {@link #write(Accumulator, DataOutput)}. */
  int kind();

  /** Its state as bytes, which travel between workers; {@link #of} reads them. */
  static byte[] bytes(Accumulator accumulator) {
    StateBytes.Writer bytes = new StateBytes.Writer();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(accumulator, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What {@link #bytes} wrote. */
  static Accumulator of(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new StateBytes.Reader(bytes, 0, bytes.length))) {
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds what {@link #bytes} wrote of another of the same kind. */
  static void merge(Accumulator into, byte[] bytes) {
    if (!(into instanceof QuantileCounts counts)) {
      into.merge(of(bytes));
      return;
    }
    try (DataInputStream in =
        new DataInputStream(new StateBytes.Reader(bytes, 1, bytes.length - 1))) {
      counts.mergeState(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Accumulator accumulator, DataOutput out) throws IOException {
    out.writeByte(accumulator.kind());
    accumulator.write(out);
  }

  static Accumulator read(DataInput in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case Moments.KIND -> Moments.readState(in);
      case Range.KIND -> Range.readState(in);
      case QuantileCounts.KIND -> QuantileCounts.readState(in);
      case LMoments.KIND -> LMoments.readState(in);
      case KeyedAccumulator.KIND -> KeyedAccumulator.readState(in);
      case DocumentCounts.KIND -> DocumentCounts.readState(in);
      case RankedTerms.KIND -> RankedTerms.readState(in);
      case Covariances.KIND -> Covariances.readState(in);
      case HistogramCounts.KIND -> HistogramCounts.readState(in);
      case TermCounts.KIND -> TermCounts.readState(in);
      default -> throw new IOException("Unknown kind of accumulator: %d".formatted(kind));
    };
  }

  /** One that takes numbers one by one. */
  interface OfNumbers {
    /** Adds a value that occurs so many times, if it is finite. */
    void add(float value, int times);
  }

  /** How many present rows have each entry of a dictionary-encoded column. */
  static int[] uses(ExampleColumn column, int[] ids) {
    int[] uses = new int[column.entryCount()];
    for (int row = 0; row < ids.length; row++) {
      if (column.isPresent(row)) {
        uses[ids[row]]++;
      }
    }
    return uses;
  }
}
