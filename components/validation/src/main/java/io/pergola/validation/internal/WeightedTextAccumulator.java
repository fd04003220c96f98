package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedText;
import io.pergola.validation.WeightedCount;
import io.pergola.validation.sketch.WeightedValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Accumulates text by the weight of its examples: once per dictionary entry of a row group. */
final class WeightedTextAccumulator {
  private double invalid;
  private double large;
  private WeightedValues values = new WeightedValues();

  void add(BytesColumn text, WeightedScan scan, double[] weights) {
    double[] ofEntry = scan.entryWeights(text, weights);
    for (int entry = 0; entry < text.entryCount(); entry++) {
      if (ofEntry[entry] > 0) {
        add(text, entry, ofEntry[entry]);
      }
    }
  }

  private void add(BytesColumn text, int entry, double weight) {
    int start = text.entryOffsets()[entry];
    int length = text.entryLength(entry);
    if (!Utf8.isValid(text.data(), start, length)) {
      invalid += weight;
    } else if (length > TextFeature.LARGE_BYTES) {
      large += weight;
    } else {
      values.add(text.data(), start, length, weight);
    }
  }

  void merge(WeightedTextAccumulator other) {
    invalid += other.invalid;
    large += other.large;
    values.merge(other.values);
  }

  WeightedText statistics() {
    List<Term> terms = new ArrayList<>();
    values.forEach((value, weight) -> terms.add(new Term(value, weight)));
    addPlaceholder(terms, TextFeature.NOT_UTF8, invalid);
    addPlaceholder(terms, TextFeature.LARGE, large);
    terms.sort(Term.ORDER);
    List<WeightedCount> ranks =
        terms.stream()
            .limit(TextFeature.RANKS)
            .map(term -> new WeightedCount(term.text(), term.weight))
            .toList();
    return new WeightedText(
        ranks.subList(0, Math.min(TextFeature.TOP, ranks.size())), ranks, values.error());
  }

  private static void addPlaceholder(List<Term> terms, String name, double weight) {
    if (weight > 0) {
      terms.add(new Term(name.getBytes(StandardCharsets.UTF_8), weight));
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(invalid);
    out.writeDouble(large);
    values.write(out);
  }

  static WeightedTextAccumulator read(DataInput in) throws IOException {
    WeightedTextAccumulator accumulator = new WeightedTextAccumulator();
    accumulator.invalid = in.readDouble();
    accumulator.large = in.readDouble();
    accumulator.values = WeightedValues.read(in);
    return accumulator;
  }

  @SuppressWarnings("ArrayRecordComponent") // Local to this class, never compared.
  private record Term(byte[] value, double weight) {
    static final Comparator<Term> ORDER =
        Comparator.comparingDouble(Term::weight)
            .reversed()
            .thenComparing((a, b) -> Arrays.compareUnsigned(b.value, a.value));

    String text() {
      return new String(value, StandardCharsets.UTF_8);
    }
  }
}
