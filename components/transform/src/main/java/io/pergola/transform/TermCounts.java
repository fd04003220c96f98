package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How often each term occurs: of all terms, or of one of {@link #SHARDS} parts that they fall into
 * by hash, so that parts can be counted and cut down to their most frequent terms independently.
 */
final class TermCounts implements Accumulator {
  static final int KIND = 4;
  static final int SHARDS = 16;

  /** The most distinct terms that a part may have; about 8 million for the whole. */
  static final int MAX_TERMS = 1 << 19;

  /** The most bytes that the distinct terms of a part may have; 1 GiB for the whole. */
  static final int MAX_BYTES = 1 << 26;

  private final TermTable terms = new TermTable();
  private long[] counts = new long[16];

  /** Of all occurrences, also of terms that were cut. */
  private long total;

  /** The part that a term belongs to. */
  static int shard(long fingerprint) {
    return (int) (fingerprint >>> 60);
  }

  int size() {
    return terms.size();
  }

  void add(byte[] data, int from, int length, long fingerprint, long times) {
    int term = terms.add(data, from, length, fingerprint);
    if (term == counts.length) {
      counts = Arrays.copyOf(counts, counts.length * 2);
    }
    counts[term] += times;
    total += times;
    if (terms.size() > MAX_TERMS || terms.bytes() > MAX_BYTES) {
      throw new IllegalStateException(
          ("Cannot count the terms of a vocabulary: there are more than %,d distinct ones, or they"
                  + " take more than %,d bytes. Hash the text instead: .hash(n).")
              .formatted((long) SHARDS * MAX_TERMS, (long) SHARDS * MAX_BYTES));
    }
  }

  /** Adds a column's terms, each to its part. */
  static void add(BytesColumn text, TermCounts[] shards) {
    int[] ids = text.ids();
    int[] uses = ids == null ? null : Accumulator.uses(text, ids);
    for (int i = 0; i < text.entryCount(); i++) {
      add(text, i, uses == null ? (text.isPresent(i) ? 1 : 0) : uses[i], shards);
    }
  }

  /**
   * Adds a column's terms, each to its part.
   *
   * @param uses how often each entry occurs
   */
  static void add(BytesColumn text, long[] uses, TermCounts[] shards) {
    for (int i = 0; i < uses.length; i++) {
      add(text, i, uses[i], shards);
    }
  }

  private static void add(BytesColumn text, int entry, long times, TermCounts[] shards) {
    int from = text.entryOffsets()[entry];
    int length = text.entryLength(entry);
    if (times > 0 && isTerm(text.data(), from, from + length)) {
      long fingerprint = Fingerprint64.of(text.data(), from, length);
      shards[shard(fingerprint)].add(text.data(), from, length, fingerprint, times);
    }
  }

  /** As in TensorFlow Transform, text that a line of a file cannot hold is no term. */
  static boolean isTerm(byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      if (data[i] == '\n' || data[i] == '\r') {
        return false;
      }
    }
    return to > from;
  }

  /** The same with only those terms that can be in a vocabulary. */
  TermCounts trimmed(VocabularyLimits limits) {
    TermCounts trimmed = new TermCounts();
    for (int term : top(limits)) {
      trimmed.add(
          terms.data(),
          terms.start(term),
          terms.length(term),
          terms.fingerprint(term),
          counts[term]);
    }
    trimmed.total = total;
    return trimmed;
  }

  private List<Integer> top(VocabularyLimits limits) {
    List<Integer> order = new ArrayList<>();
    for (int term = 0; term < terms.size(); term++) {
      if (counts[term] >= limits.minFrequency()) {
        order.add(term);
      }
    }
    order.sort(
        Comparator.<Integer>comparingLong(term -> -counts[term])
            .thenComparing((a, b) -> terms.compare(b, a)));
    return order.subList(0, Math.min(limits.topK(), order.size()));
  }

  /** All occurrences in some parts, also of terms that were cut. */
  static long total(List<TermCounts> shards) {
    return shards.stream().mapToLong(shard -> shard.total).sum();
  }

  /** The vocabulary of parts that are trimmed. */
  static Terms terms(VocabularyLimits limits, List<TermCounts> shards) {
    record Entry(byte[] term, long count) {}
    List<Entry> entries = new ArrayList<>();
    for (TermCounts shard : shards) {
      for (int term : shard.top(limits)) {
        entries.add(new Entry(shard.terms.term(term), shard.counts[term]));
      }
    }
    entries.sort(
        Comparator.<Entry>comparingLong(entry -> -entry.count())
            .thenComparing((a, b) -> Arrays.compareUnsigned(b.term(), a.term())));
    return Terms.ofBytes(entries.stream().limit(limits.topK()).map(Entry::term).toList());
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public TermCounts empty() {
    return new TermCounts();
  }

  @Override
  public void merge(Accumulator other) {
    TermCounts that = (TermCounts) other;
    long both = total + that.total;
    TermTable from = that.terms;
    for (int term = 0; term < from.size(); term++) {
      add(
          from.data(),
          from.start(term),
          from.length(term),
          from.fingerprint(term),
          that.counts[term]);
    }
    total = both;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(total);
    out.writeInt(terms.size());
    for (int term = 0; term < terms.size(); term++) {
      out.writeLong(counts[term]);
      out.writeInt(terms.length(term));
      out.write(terms.data(), terms.start(term), terms.length(term));
    }
  }

  static TermCounts readState(DataInput in) throws IOException {
    TermCounts read = new TermCounts();
    long total = in.readLong();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      long times = in.readLong();
      byte[] term = new byte[in.readInt()];
      in.readFully(term);
      read.add(term, 0, term.length, Fingerprint64.of(term, 0, term.length), times);
    }
    read.total = total;
    return read;
  }
}
