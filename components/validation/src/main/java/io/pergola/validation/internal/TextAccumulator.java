package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleColumn;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.ValueCount;
import io.pergola.validation.sketch.CountedEntries;
import io.pergola.validation.sketch.DistinctSketch;
import io.pergola.validation.sketch.FrequentValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accumulates text and bytes: once per dictionary entry of a row group. */
final class TextAccumulator extends FeatureAccumulator {
  private final ColumnType type;
  private long bytes;
  private long minLength = Long.MAX_VALUE;
  private long maxLength;
  private long invalid;
  private long large;
  private FrequentValues values = new FrequentValues();
  private final long[] images = new long[ImageFormat.values().length];
  private @Nullable WeightedTextAccumulator weighted;

  TextAccumulator(ColumnType type) {
    this.type = type;
  }

  @Override
  public ColumnType type() {
    return type;
  }

  @Override
  void addValues(ExampleColumn column, ColumnScan scan) {
    BytesColumn text = (BytesColumn) column;
    int[] ids = text.ids();
    int @Nullable [] used = ids == null ? null : scan.entryCounts(text, ids);
    boolean all = ids != null || text.isMultivalent() || text.presence() == null;
    boolean ascii = Utf8.isAscii(text.data(), text.entryOffsets()[text.entryCount()]);
    for (int from = 0; from < text.entryCount(); from += CountedEntries.MOST) {
      int to = Math.min(text.entryCount(), from + CountedEntries.MOST);
      CountedEntries counted = scan.entries();
      if (used == null) {
        counted.start(text.data(), text.entryOffsets(), to - from);
      } else {
        counted.startDifferent(text.data(), text.entryOffsets(), to - from);
      }
      for (int entry = from; entry < to; entry++) {
        int count = used != null ? used[entry] : all || text.isPresent(entry) ? 1 : 0;
        if (count > 0 && isCounted(text, entry, count, ascii)) {
          counted.add(entry, count);
        }
      }
      values.add(counted);
    }
  }

  @Override
  void addWeightedValues(ExampleColumn column, WeightedScan scan, double[] weights) {
    if (type == ColumnType.TEXT) {
      WeightedTextAccumulator text = weighted == null ? new WeightedTextAccumulator() : weighted;
      weighted = text;
      text.add((BytesColumn) column, scan, weights);
    }
  }

  /** The values that are known. */
  FrequentValues values() {
    return values;
  }

  /** Whether every value that was seen is among the known ones, with its count. */
  boolean isComplete() {
    return values.isDistinctExact() && values.error() == 0;
  }

  /**
   * Notes what an entry is like; gives whether its frequency counts, as that of long ones does not.
   */
  private boolean isCounted(BytesColumn text, int entry, long count, boolean ascii) {
    int start = text.entryOffsets()[entry];
    int length = text.entryOffsets()[entry + 1] - start;
    bytes += length * count;
    minLength = Math.min(minLength, length);
    maxLength = Math.max(maxLength, length);
    boolean valid = ascii || type == ColumnType.BYTES || Utf8.isValid(text.data(), start, length);
    if (!valid) {
      invalid += count;
    }
    if (!valid || type == ColumnType.BYTES) {
      ImageFormat image = ImageFormat.of(text.data(), start, length);
      if (image != null) {
        images[image.ordinal()] += count;
      }
    }
    if (length <= TextFeature.LARGE_BYTES) {
      return true;
    }
    large += valid ? count : 0;
    values.addUncounted(text.data(), start, length);
    return false;
  }

  @Override
  void mergeValues(FeatureAccumulator accumulator) {
    TextAccumulator other = (TextAccumulator) accumulator;
    bytes += other.bytes;
    minLength = Math.min(minLength, other.minLength);
    maxLength = Math.max(maxLength, other.maxLength);
    invalid += other.invalid;
    large += other.large;
    values.merge(other.values);
    for (int i = 0; i < images.length; i++) {
      images[i] += other.images[i];
    }
    if (weighted == null) {
      weighted = other.weighted;
    } else if (other.weighted != null) {
      weighted.merge(other.weighted);
    }
  }

  @Override
  public FeatureStatistics statistics(String name) {
    long n = totalValues();
    double uniqueError = values.isDistinctExact() ? 0 : DistinctSketch.ERROR;
    double average = n == 0 ? Double.NaN : (double) bytes / n;
    long least = n == 0 ? 0 : minLength;
    Optional<SemanticDomain> domain =
        n == 0
            ? Optional.empty()
            : SemanticDomains.ofBytes(n, images)
                .or(
                    () ->
                        type == ColumnType.BYTES
                            ? Optional.empty()
                            : SemanticDomains.ofText(n, isUnivalent(), values));
    if (type == ColumnType.BYTES) {
      return new BytesFeature(
          name, common(domain), values.distinct(), uniqueError, average, least, maxLength);
    }
    List<ValueCount> ranks = ranks();
    return new TextFeature(
        name,
        common(domain),
        values.distinct(),
        uniqueError,
        average,
        least,
        maxLength,
        invalid,
        ranks.subList(0, Math.min(TextFeature.TOP, ranks.size())),
        ranks,
        values.error(),
        Optional.ofNullable(weighted).map(WeightedTextAccumulator::statistics));
  }

  private List<ValueCount> ranks() {
    List<Term> terms = new ArrayList<>(values.size() + 2);
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.value(i);
      if (Utf8.isValid(value, 0, value.length)) {
        terms.add(new Term(value, values.count(i)));
      }
    }
    addPlaceholder(terms, TextFeature.NOT_UTF8, invalid);
    addPlaceholder(terms, TextFeature.LARGE, large);
    terms.sort(Term.ORDER);
    return terms.stream()
        .limit(TextFeature.RANKS)
        .map(term -> new ValueCount(new String(term.value, StandardCharsets.UTF_8), term.count))
        .toList();
  }

  private static void addPlaceholder(List<Term> terms, String name, long count) {
    if (count > 0) {
      terms.add(new Term(name.getBytes(StandardCharsets.UTF_8), count));
    }
  }

  @Override
  void writeValues(DataOutput out) throws IOException {
    out.writeLong(bytes);
    out.writeLong(minLength);
    out.writeLong(maxLength);
    out.writeLong(invalid);
    out.writeLong(large);
    values.write(out);
    for (long image : images) {
      out.writeLong(image);
    }
    out.writeBoolean(weighted != null);
    if (weighted != null) {
      weighted.write(out);
    }
  }

  @Override
  void readValues(DataInput in) throws IOException {
    bytes = in.readLong();
    minLength = in.readLong();
    maxLength = in.readLong();
    invalid = in.readLong();
    large = in.readLong();
    values = FrequentValues.read(in);
    for (int i = 0; i < images.length; i++) {
      images[i] = in.readLong();
    }
    weighted = in.readBoolean() ? WeightedTextAccumulator.read(in) : null;
  }

  private record Term(byte[] value, long count) {
    static final Comparator<Term> ORDER =
        Comparator.comparingLong(Term::count)
            .reversed()
            .thenComparing((a, b) -> Arrays.compareUnsigned(b.value, a.value));
  }
}
