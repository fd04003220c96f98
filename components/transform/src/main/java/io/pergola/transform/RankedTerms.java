package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Ranking;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What ranks each term: the sum of its weights, or how many examples of each class have it. One of
 * {@link TermCounts#SHARDS} parts, into which terms fall by hash; each has the totals of all
 * examples.
 *
 * <p>Weights are whole numbers of 2^-20, so that their sum does not depend on its order.
 */
final class RankedTerms implements Accumulator {
  static final int KIND = 8;

  private static final double UNIT = 1 << 20;
  private static final double HEAVIEST = 1L << 31;
  private static final int MAX_COUNTS = 1 << 22;

  private final int classes;
  private final TermTable terms = new TermTable();
  private long[] counts;

  /** Of all examples, for each class. */
  private final long[] totals;

  /** The number of occurrences, or of examples. */
  private long count;

  /**
   * @param classes how many counts a term has
   */
  RankedTerms(int classes) {
    this.classes = classes;
    this.counts = new long[16 * classes];
    this.totals = new long[classes];
  }

  int size() {
    return terms.size();
  }

  /** Adds the terms of each row that has what ranks them, each to its part. */
  static void add(
      Lists lists, ExampleColumn by, Ranking ranking, String feature, RankedTerms[] shards) {
    boolean informs = ranking.measure() == Ranking.Measure.INFORMATION;
    Lists of = informs ? TokenLists.distinct(lists) : lists;
    BytesColumn values = (BytesColumn) of.values();
    long[] fingerprints = new long[values.entryCount()];
    // The place among the terms of its part, of each entry that was looked up.
    int[] places = new int[values.entryCount()];
    Arrays.fill(places, -1);
    for (int row = 0; row < of.rows(); row++) {
      int label = !of.isPresent(row) || !by.isPresent(row) ? -1 : informs ? classOf(by, row) : 0;
      long amount = label < 0 || informs ? 1 : weight((FloatColumn) by, row, feature);
      if (label < 0 || amount < 0) {
        continue;
      }
      for (RankedTerms shard : shards) {
        shard.totals[label] = sum(shard.totals[label], amount);
        shard.count += informs ? 1 : 0;
      }
      int list = of.list(row);
      for (int value = values.start(list); value < values.end(list); value++) {
        int entry = values.entry(value);
        int from = values.entryOffsets()[entry];
        int length = values.entryLength(entry);
        if (!TermCounts.isTerm(values.data(), from, from + length)) {
          continue;
        }
        if (places[entry] < 0) {
          fingerprints[entry] = Fingerprint64.of(values.data(), from, length);
          places[entry] =
              shards[TermCounts.shard(fingerprints[entry])].place(
                  values.data(), from, length, fingerprints[entry]);
        }
        RankedTerms shard = shards[TermCounts.shard(fingerprints[entry])];
        int place = places[entry] * shard.classes + label;
        shard.counts[place] = sum(shard.counts[place], amount);
        shard.count += informs ? 0 : 1;
      }
    }
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    if (sum < 0) {
      throw new IllegalStateException(
          "Cannot rank the terms of a vocabulary: their weights add up to more than %.0f. Divide the weights."
              .formatted(Long.MAX_VALUE / UNIT));
    }
    return sum;
  }

  /** The class of a row, or -1. */
  private static int classOf(ExampleColumn by, int row) {
    return by instanceof LongColumn ids
        ? (int) ids.value(row)
        : (int) ((FloatColumn) by).value(row);
  }

  /** The weight of a row in units, or -1 if it is not finite. */
  private static long weight(FloatColumn by, int row, String feature) {
    float weight = by.value(row);
    if (!Float.isFinite(weight)) {
      return -1;
    }
    if (weight < 0 || weight > HEAVIEST) {
      throw new IllegalArgumentException(
          ("Cannot rank the terms of feature '%s': an example weighs %s. Give weights from 0 to"
                  + " %.0f.")
              .formatted(feature, Decimal.text(weight), HEAVIEST));
    }
    return Math.round(weight * UNIT);
  }

  private int place(byte[] data, int from, int length, long fingerprint) {
    int place = terms.add(data, from, length, fingerprint);
    if ((place + 1) * classes > counts.length) {
      counts = Arrays.copyOf(counts, counts.length * 2);
    }
    if (terms.size() > TermCounts.MAX_TERMS
        || terms.size() > MAX_COUNTS / classes
        || terms.bytes() > TermCounts.MAX_BYTES) {
      throw new IllegalStateException(
          "Cannot rank the terms of a vocabulary: there are more than %,d distinct ones. Hash the text instead: .hash(n)."
              .formatted(
                  (long) TermCounts.SHARDS * Math.min(TermCounts.MAX_TERMS, MAX_COUNTS / classes)));
    }
    return place;
  }

  /** What a term is ranked by. */
  private double score(int term, Ranking.Measure measure) {
    if (measure == Ranking.Measure.WEIGHT) {
      return counts[term] / UNIT;
    }
    double n = 0;
    double x = 0;
    for (int c = 0; c < classes; c++) {
      n += totals[c];
      x += counts[term * classes + c];
    }
    double information = 0;
    // What every example has says nothing.
    for (int c = 0; c < classes && x < n; c++) {
      double both = counts[term * classes + c];
      if (both > 0) {
        information += both * (log2(both) + log2(n) - (log2(x) + log2(totals[c])));
      }
    }
    // Rounding can take it below.
    return Math.max(0, information);
  }

  private static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }

  private record Entry(byte[] term, double score, int place) {}

  private List<Entry> top(int topK, Ranking ranking) {
    List<Entry> entries = new ArrayList<>();
    for (int term = 0; term < terms.size(); term++) {
      double score = score(term, ranking.measure());
      if (score >= ranking.least()) {
        entries.add(new Entry(terms.term(term), score, term));
      }
    }
    return first(entries, topK);
  }

  private static List<Entry> first(List<Entry> entries, int topK) {
    entries.sort(
        Comparator.<Entry>comparingDouble(entry -> -entry.score())
            .thenComparing((a, b) -> Arrays.compareUnsigned(b.term(), a.term())));
    return entries.subList(0, Math.min(topK, entries.size()));
  }

  /** The same with only those terms that can be in the vocabulary. */
  RankedTerms trimmed(int topK, Ranking ranking) {
    RankedTerms trimmed = new RankedTerms(classes);
    for (Entry entry : top(topK, ranking)) {
      trimmed.addAll(entry.term(), this, entry.place());
    }
    System.arraycopy(totals, 0, trimmed.totals, 0, classes);
    trimmed.count = count;
    return trimmed;
  }

  private void addAll(byte[] term, RankedTerms from, int place) {
    int to = place(term, 0, term.length, Fingerprint64.of(term, 0, term.length));
    for (int c = 0; c < classes; c++) {
      int at = to * classes + c;
      counts[at] = sum(counts[at], from.counts[place * classes + c]);
    }
  }

  /** The number of occurrences or examples in some parts. */
  static long count(List<RankedTerms> parts, Ranking ranking) {
    // Of information every part has all examples; of weights each has its own.
    return ranking.measure() == Ranking.Measure.WEIGHT
        ? parts.stream().mapToLong(part -> part.count).sum()
        : parts.stream().mapToLong(part -> part.count).max().orElse(0);
  }

  /** The vocabulary of parts that are trimmed. */
  static Terms terms(List<RankedTerms> parts, int topK, Ranking ranking) {
    List<Entry> entries = new ArrayList<>();
    parts.forEach(part -> entries.addAll(part.top(topK, ranking)));
    return Terms.ofBytes(first(entries, topK).stream().map(Entry::term).toList());
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public RankedTerms empty() {
    return new RankedTerms(classes);
  }

  @Override
  public void merge(Accumulator other) {
    RankedTerms that = (RankedTerms) other;
    for (int term = 0; term < that.terms.size(); term++) {
      addAll(that.terms.term(term), that, term);
    }
    for (int c = 0; c < classes; c++) {
      totals[c] = sum(totals[c], that.totals[c]);
    }
    count += that.count;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeInt(classes);
    out.writeLong(count);
    for (long total : totals) {
      out.writeLong(total);
    }
    out.writeInt(terms.size());
    for (int term = 0; term < terms.size(); term++) {
      out.writeInt(terms.length(term));
      out.write(terms.data(), terms.start(term), terms.length(term));
      for (int c = 0; c < classes; c++) {
        out.writeLong(counts[term * classes + c]);
      }
    }
  }

  static RankedTerms readState(DataInput in) throws IOException {
    RankedTerms read = new RankedTerms(in.readInt());
    read.count = in.readLong();
    for (int c = 0; c < read.classes; c++) {
      read.totals[c] = in.readLong();
    }
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      byte[] term = new byte[in.readInt()];
      in.readFully(term);
      int place = read.place(term, 0, term.length, Fingerprint64.of(term, 0, term.length));
      for (int c = 0; c < read.classes; c++) {
        read.counts[place * read.classes + c] = in.readLong();
      }
    }
    return read;
  }
}
