package io.pergola.validation.internal;

import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.SliceKey;
import io.pergola.validation.sketch.FrequentValues;
import io.pergola.validation.sketch.QuantileSketch;
import io.pergola.validation.sketch.Quantiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How features go with a label: from the accumulators of the slices that the label's values make, a
 * table of values (or deciles) by labels, and its mutual information and lifts.
 */
final class Associations {
  /** A label with more values has no associations. */
  static final int MOST_LABELS = 100;

  /** A numeric feature with more values is looked at by its deciles. */
  static final int MOST_NUMBERS = 100;

  /** A text feature with more values has no association. */
  static final int MOST_TEXTS = 10_000;

  /** The most lifts that are listed for a value of the label: half highest, half lowest. */
  static final int MOST_LIFTS = 20;

  private static final int BUCKETS = 10;

  private Associations() {}

  static List<Association> of(
      String label, Map<String, FeatureAccumulator> features, SliceGroup byLabel) {
    SliceGroup.Reported reported = byLabel.reported(MOST_LABELS);
    List<Association> found = new ArrayList<>();
    for (Map.Entry<String, FeatureAccumulator> feature : features.entrySet()) {
      if (feature.getKey().equals(label)) {
        continue;
      }
      found.add(
          reported.unreported() > 0
              ? none(feature.getKey(), "the label has more than %d values".formatted(MOST_LABELS))
              : of(feature.getKey(), label, feature.getValue(), reported.slices()));
    }
    return found;
  }

  private static Association none(String feature, String note) {
    return new Association(feature, 0, Double.NaN, Double.NaN, List.of(), note);
  }

  private static Association of(
      String feature,
      String label,
      FeatureAccumulator all,
      Map<SliceKey, ExamplesAccumulator> slices) {
    List<String> labels = new ArrayList<>();
    List<FeatureAccumulator> parts = new ArrayList<>();
    slices.forEach(
        (key, slice) -> {
          FeatureAccumulator part = slice.features().get(feature);
          if (part != null && part.totalValues() > 0) {
            labels.add(key.values().getOrDefault(label, ""));
            parts.add(part);
          }
        });
    if (all instanceof TextAccumulator) {
      for (FeatureAccumulator part : parts) {
        if (!((TextAccumulator) part).isComplete()) {
          return none(feature, "it has too many values");
        }
      }
    }
    Map<String, long[]> table = all instanceof TextAccumulator ? texts(parts) : numbers(parts);
    if (table.size() > MOST_TEXTS) {
      return none(feature, "it has more than %d values".formatted(MOST_TEXTS));
    }
    return of(feature, labels, table);
  }

  private static Map<String, long[]> texts(List<FeatureAccumulator> parts) {
    Map<String, long[]> table = new LinkedHashMap<>();
    for (int l = 0; l < parts.size(); l++) {
      FrequentValues values = ((TextAccumulator) parts.get(l)).values();
      for (int i = 0; i < values.size(); i++) {
        String text = new String(values.value(i), StandardCharsets.UTF_8);
        table.computeIfAbsent(text, value -> new long[parts.size()])[l] += values.count(i);
      }
    }
    return table;
  }

  private static Map<String, long[]> numbers(List<FeatureAccumulator> parts) {
    TreeSet<Double> distinct = new TreeSet<>();
    boolean few = true;
    for (FeatureAccumulator part : parts) {
      QuantileSketch sketch = ((NumericAccumulator) part).sketch();
      if (!sketch.isExact() || sketch.distinct() > MOST_NUMBERS) {
        few = false;
        break;
      }
      Arrays.stream(sketch.exactValues()).forEach(distinct::add);
    }
    return few && distinct.size() <= MOST_NUMBERS ? byValue(parts, distinct) : byDecile(parts);
  }

  private static Map<String, long[]> byValue(
      List<FeatureAccumulator> parts, TreeSet<Double> distinct) {
    Map<String, long[]> table = new LinkedHashMap<>();
    for (double value : distinct) {
      long[] row = new long[parts.size()];
      for (int l = 0; l < row.length; l++) {
        Quantiles quantiles = ((NumericAccumulator) parts.get(l)).quantiles();
        row[l] = quantiles.below(Math.nextUp(value)) - quantiles.below(value);
      }
      table.put(text(value), row);
    }
    return table;
  }

  private static Map<String, long[]> byDecile(List<FeatureAccumulator> parts) {
    QuantileSketch all = new QuantileSketch();
    List<Quantiles> ofLabels = new ArrayList<>();
    for (FeatureAccumulator part : parts) {
      all.merge(((NumericAccumulator) part).sketch());
      ofLabels.add(((NumericAccumulator) part).quantiles());
    }
    Quantiles quantiles = all.quantiles();
    TreeSet<Double> bounds = new TreeSet<>();
    for (int i = 1; i < BUCKETS; i++) {
      bounds.add(quantiles.valueAt((long) Math.ceil((double) i * all.count() / BUCKETS)));
    }
    bounds.remove(all.min());
    Map<String, long[]> table = new LinkedHashMap<>();
    double low = all.min();
    for (double high : bounds) {
      table.put("[%s, %s)".formatted(text(low), text(high)), counts(ofLabels, low, high));
      low = high;
    }
    table.put(
        "[%s, %s]".formatted(text(low), text(all.max())),
        counts(ofLabels, low, Double.POSITIVE_INFINITY));
    return table;
  }

  private static long[] counts(List<Quantiles> ofLabels, double low, double high) {
    long[] row = new long[ofLabels.size()];
    for (int l = 0; l < row.length; l++) {
      Quantiles quantiles = ofLabels.get(l);
      long upTo = high == Double.POSITIVE_INFINITY ? quantiles.count() : quantiles.below(high);
      row[l] = upTo - quantiles.below(low);
    }
    return row;
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 0x1p53
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static Association of(String feature, List<String> labels, Map<String, long[]> table) {
    long[] labelCounts = new long[labels.size()];
    long n = 0;
    for (long[] row : table.values()) {
      for (int l = 0; l < row.length; l++) {
        labelCounts[l] += row[l];
        n += row[l];
      }
    }
    if (n == 0) {
      return none(feature, "no example has both");
    }
    double information = 0;
    int values = 0;
    List<List<Lift>> lifts = new ArrayList<>();
    labels.forEach(label -> lifts.add(new ArrayList<>()));
    for (Map.Entry<String, long[]> row : table.entrySet()) {
      long valueCount = Arrays.stream(row.getValue()).sum();
      if (valueCount == 0) {
        continue;
      }
      values++;
      for (int l = 0; l < labelCounts.length; l++) {
        long count = row.getValue()[l];
        double lift = (double) count / valueCount * n / labelCounts[l];
        if (count > 0) {
          information += (double) count / n * (Math.log(lift) / Math.log(2));
        }
        lifts
            .get(l)
            .add(new Lift(labels.get(l), row.getKey(), lift, count, valueCount, labelCounts[l]));
      }
    }
    double bias = (values - 1.0) * (labels.size() - 1.0) / (2 * n * Math.log(2));
    double positive = Math.max(0, information);
    return new Association(feature, n, positive, Math.max(0, positive - bias), listed(lifts), "");
  }

  private static List<Lift> listed(List<List<Lift>> lifts) {
    List<Lift> listed = new ArrayList<>();
    for (List<Lift> ofLabel : lifts) {
      ofLabel.sort(
          Comparator.comparingDouble(Lift::lift)
              .thenComparingLong(Lift::valueCount)
              .reversed()
              .thenComparing(Lift::value));
      int size = ofLabel.size();
      for (int i = 0; i < size; i++) {
        if (size <= MOST_LIFTS || i < MOST_LIFTS / 2 || i >= size - MOST_LIFTS / 2) {
          listed.add(ofLabel.get(i));
        }
      }
    }
    return listed;
  }
}
