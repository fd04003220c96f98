package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.TokenStatistics.Reported;
import io.pergola.validation.Tokens;
import io.pergola.validation.ValueCount;
import io.pergola.validation.sketch.FrequentValues;
import io.pergola.validation.sketch.QuantileSketch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What statistics of the tokens of a feature are made from. Not thread-safe. */
final class TokenAccumulator {
  private static final byte[] LARGE = TextFeature.LARGE.getBytes(StandardCharsets.UTF_8);
  private static final int TENTHS = 10;

  private long examples;
  private long tokens;
  private long known;
  private long lengthOfKnown;
  private long lengthOfSequences;
  private QuantileSketch lengths = new QuantileSketch();
  private QuantileSketch sequences = new QuantileSketch();
  private FrequentValues frequent = new FrequentValues();
  private final Map<String, OneToken> reported = new LinkedHashMap<>();

  /** What is counted of one token. */
  private static final class OneToken {
    private long frequency;
    private long sequences;
    private long min = Long.MAX_VALUE;
    private long max;
    private final long[] positions = new long[TENTHS];

    void addSequence(long times) {
      frequency += times;
      sequences += times > 0 ? 1 : 0;
      min = Math.min(min, times);
      max = Math.max(max, times);
    }

    void merge(OneToken other) {
      frequency += other.frequency;
      sequences += other.sequences;
      min = Math.min(min, other.min);
      max = Math.max(max, other.max);
      for (int i = 0; i < TENTHS; i++) {
        positions[i] += other.positions[i];
      }
    }
  }

  /**
   * Adds the tokens of a column.
   *
   * @throws IllegalArgumentException if its values are neither text nor integers
   */
  void add(ExampleColumn column, Tokens how) {
    if (!(column instanceof BytesColumn || column instanceof LongColumn)) {
      throw new IllegalArgumentException(
          "Cannot count tokens of feature '%s': its values are %s. Name a feature of text or integers."
              .formatted(column.name(), column.type()));
    }
    how.reported().forEach(token -> reported.computeIfAbsent(token, t -> new OneToken()));
    TokenCodes codes = new TokenCodes(column, how);
    OneToken[] asked = reported.values().toArray(OneToken[]::new);
    String[] names = reported.keySet().toArray(String[]::new);
    int[] sequence = new int[16];
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isPresent(row)) {
        continue;
      }
      examples++;
      int size = 0;
      for (int value = column.start(row); value < column.end(row); value++) {
        for (int code : codes.of(column.entry(value))) {
          sequence = size == sequence.length ? Arrays.copyOf(sequence, size * 2) : sequence;
          sequence[size++] = code;
        }
      }
      if (size > 0) {
        addSequence(sequence, size, codes);
        for (int i = 0; i < asked.length; i++) {
          addTo(asked[i], names[i], sequence, size, codes);
        }
      }
    }
    for (int code = 0; code < codes.size(); code++) {
      addToken(codes, code);
    }
  }

  private void addSequence(int[] sequence, int size, TokenCodes codes) {
    int length = 0;
    for (int i = 0; i < size; i++) {
      codes.count(sequence[i]);
      length += codes.isInLength(sequence[i]) ? 1 : 0;
    }
    sequences.add(length);
    lengthOfSequences += length;
  }

  private static void addTo(
      OneToken token, String name, int[] sequence, int size, TokenCodes codes) {
    long times = 0;
    for (int i = 0; i < size; i++) {
      if (codes.is(sequence[i], name)) {
        times++;
        token.positions[(int) ((double) i / size * TENTHS)]++;
      }
    }
    token.addSequence(times);
  }

  private void addToken(TokenCodes codes, int code) {
    long times = codes.times(code);
    if (times == 0 || !codes.isCounted(code)) {
      return;
    }
    tokens += times;
    if (!codes.isKnown(code)) {
      return;
    }
    String text = codes.text(code);
    int length = text.codePointCount(0, text.length());
    known += times;
    lengthOfKnown += length * times;
    lengths.add(length, times);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] name = bytes.length > TextFeature.LARGE_BYTES ? LARGE : bytes;
    frequent.add(name, 0, name.length, times);
  }

  void merge(TokenAccumulator other) {
    examples += other.examples;
    tokens += other.tokens;
    known += other.known;
    lengthOfKnown += other.lengthOfKnown;
    lengthOfSequences += other.lengthOfSequences;
    lengths.merge(other.lengths);
    sequences.merge(other.sequences);
    frequent.merge(other.frequent);
    other.reported.forEach(
        (token, theirs) -> {
          OneToken ours = reported.putIfAbsent(token, theirs);
          if (ours != null) {
            ours.merge(theirs);
          }
        });
  }

  TokenStatistics statistics(String feature) {
    boolean any = sequences.count() > 0;
    List<Reported> found = new ArrayList<>();
    reported.forEach((token, counted) -> found.add(statistics(token, counted)));
    return new TokenStatistics(
        feature,
        tokens,
        tokens == 0 ? Double.NaN : (double) known / tokens,
        known == 0 ? Double.NaN : (double) lengthOfKnown / known,
        Histograms.equalMass(lengths.quantiles()),
        any ? (long) sequences.min() : 0,
        any ? (long) sequences.max() : 0,
        any ? (double) lengthOfSequences / sequences.count() : Double.NaN,
        Histograms.equalMass(sequences.quantiles()),
        ranks(),
        frequent.error(),
        found);
  }

  private Reported statistics(String token, OneToken counted) {
    List<Bucket> positions = new ArrayList<>();
    for (int i = 0; i < TENTHS; i++) {
      if (counted.positions[i] > 0) {
        positions.add(new Bucket((double) i / TENTHS, (i + 1.0) / TENTHS, counted.positions[i]));
      }
    }
    return new Reported(
        token,
        counted.frequency,
        examples == 0 ? 0 : (double) counted.sequences / examples,
        counted.min == Long.MAX_VALUE ? 0 : counted.min,
        counted.max,
        counted.sequences == 0 ? Double.NaN : (double) counted.frequency / counted.sequences,
        new Histogram(positions));
  }

  private List<ValueCount> ranks() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < frequent.size(); i++) {
      order.add(i);
    }
    order.sort(
        (a, b) -> {
          int byCount = Long.compare(frequent.count(b), frequent.count(a));
          return byCount != 0
              ? byCount
              : Arrays.compareUnsigned(frequent.value(b), frequent.value(a));
        });
    return order.stream()
        .limit(TextFeature.RANKS)
        .map(
            i ->
                new ValueCount(
                    new String(frequent.value(i), StandardCharsets.UTF_8), frequent.count(i)))
        .toList();
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(examples);
    out.writeLong(tokens);
    out.writeLong(known);
    out.writeLong(lengthOfKnown);
    out.writeLong(lengthOfSequences);
    lengths.write(out);
    sequences.write(out);
    frequent.write(out);
    out.writeInt(reported.size());
    for (Map.Entry<String, OneToken> token : reported.entrySet()) {
      out.writeUTF(token.getKey());
      OneToken counted = token.getValue();
      out.writeLong(counted.frequency);
      out.writeLong(counted.sequences);
      out.writeLong(counted.min);
      out.writeLong(counted.max);
      for (long position : counted.positions) {
        out.writeLong(position);
      }
    }
  }

  static TokenAccumulator read(DataInput in) throws IOException {
    TokenAccumulator accumulator = new TokenAccumulator();
    accumulator.examples = in.readLong();
    accumulator.tokens = in.readLong();
    accumulator.known = in.readLong();
    accumulator.lengthOfKnown = in.readLong();
    accumulator.lengthOfSequences = in.readLong();
    accumulator.lengths = QuantileSketch.read(in);
    accumulator.sequences = QuantileSketch.read(in);
    accumulator.frequent = FrequentValues.read(in);
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      OneToken counted = new OneToken();
      accumulator.reported.put(in.readUTF(), counted);
      counted.frequency = in.readLong();
      counted.sequences = in.readLong();
      counted.min = in.readLong();
      counted.max = in.readLong();
      for (int p = 0; p < TENTHS; p++) {
        counted.positions[p] = in.readLong();
      }
    }
    return accumulator;
  }
}
