package io.pergola.validation.internal;

import io.pergola.beam.ExampleColumn;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.sketch.WeightedQuantileSketch;
import io.pergola.validation.sketch.WeightedQuantiles;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Accumulates numbers by the weight of their examples. Moments as in {@link NumericAccumulator}.
 */
final class WeightedNumbersAccumulator {
  private double weight;
  private double mean;
  private double squares;
  private double positiveInfinities;
  private double negativeInfinities;
  private WeightedQuantileSketch quantiles = new WeightedQuantileSketch();

  void add(ExampleColumn column, WeightedScan scan, double[] rowWeights) {
    scan.scan(column, rowWeights);
    double[] values = scan.values();
    double[] weights = scan.weights();
    int n = scan.size();
    if (n == 0) {
      return;
    }
    int from = 0;
    int to = n;
    if (values[0] == Double.NEGATIVE_INFINITY) {
      negativeInfinities += weights[from++];
    }
    if (to > from && values[to - 1] == Double.POSITIVE_INFINITY) {
      positiveInfinities += weights[--to];
    }
    addMoments(values, weights, from, to);
    quantiles.addSorted(values, weights, n);
  }

  void merge(WeightedNumbersAccumulator other) {
    mergeMoments(other.weight, other.mean, other.squares);
    positiveInfinities += other.positiveInfinities;
    negativeInfinities += other.negativeInfinities;
    quantiles.merge(other.quantiles);
  }

  WeightedNumbers statistics(double finiteMin, double finiteMax) {
    WeightedQuantiles found = quantiles.quantiles();
    boolean infinite = positiveInfinities > 0 || negativeInfinities > 0;
    return new WeightedNumbers(
        mean(),
        weight == 0 || infinite ? Double.NaN : Math.sqrt(squares / weight),
        found.median(),
        Histograms.equalWidth(found, finiteMin, finiteMax),
        Histograms.equalMass(found),
        found.weight() == 0 ? 0 : quantiles.rankError() / found.weight());
  }

  private double mean() {
    if (positiveInfinities > 0) {
      return negativeInfinities > 0 ? Double.NaN : Double.POSITIVE_INFINITY;
    }
    if (negativeInfinities > 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return weight == 0 ? Double.NaN : mean;
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(weight);
    out.writeDouble(mean);
    out.writeDouble(squares);
    out.writeDouble(positiveInfinities);
    out.writeDouble(negativeInfinities);
    quantiles.write(out);
  }

  static WeightedNumbersAccumulator read(DataInput in) throws IOException {
    WeightedNumbersAccumulator accumulator = new WeightedNumbersAccumulator();
    accumulator.weight = in.readDouble();
    accumulator.mean = in.readDouble();
    accumulator.squares = in.readDouble();
    accumulator.positiveInfinities = in.readDouble();
    accumulator.negativeInfinities = in.readDouble();
    accumulator.quantiles = WeightedQuantileSketch.read(in);
    return accumulator;
  }

  private void addMoments(double[] values, double[] weights, int from, int to) {
    double sum = 0;
    double total = 0;
    for (int i = from; i < to; i++) {
      sum += values[i] * weights[i];
      total += weights[i];
    }
    double center = sum / total;
    double deviations = 0;
    for (int i = from; i < to; i++) {
      double deviation = values[i] - center;
      deviations += deviation * deviation * weights[i];
    }
    mergeMoments(total, center, deviations);
  }

  private void mergeMoments(double otherWeight, double otherMean, double otherSquares) {
    if (otherWeight <= 0) {
      return;
    }
    double total = weight + otherWeight;
    double delta = otherMean - mean;
    double share = otherWeight / total;
    squares += otherSquares + (weight == 0 ? 0 : delta * delta * weight * share);
    mean = weight == 0 ? otherMean : mean + delta * share;
    weight = total;
  }
}
