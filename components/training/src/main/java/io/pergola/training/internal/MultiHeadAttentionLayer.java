package io.pergola.training.internal;

import io.pergola.training.MultiHeadAttention;
import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs {@link MultiHeadAttention}: plain loops on the heap, over those steps only that a mask
 * keeps. Weights are row-major, one matrix after the other: Wq, Wk and Wv [in][units], Wo
 * [units][units].
 */
public final class MultiHeadAttentionLayer extends BaseLayer<MultiHeadAttention> {
  private static final long serialVersionUID = 1L;

  private transient Pass @Nullable [] last;

  public MultiHeadAttentionLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** The sizes of a layer and its weights. */
  @SuppressWarnings("ArrayRecordComponent") // Stays in this class.
  private record Weights(int in, int units, int heads, float[] w, float[] b) {
    int query() {
      return 0;
    }

    int key() {
      return in * units;
    }

    int value() {
      return 2 * in * units;
    }

    int out() {
      return 3 * in * units;
    }

    int depth() {
      return units / heads;
    }

    float scale() {
      return (float) (1 / Math.sqrt(depth()));
    }
  }

  /**
   * What a pass over one sequence computed, of the k steps that are kept.
   *
   * @param steps where they stand, [k]
   * @param x [k][in]
   * @param q [k][units], as are k and v
   * @param shares [heads][k][k]
   * @param found [k][units], what the heads give
   */
  @SuppressWarnings("ArrayRecordComponent") // Stays in this class.
  private record Pass(
      int[] steps, float[] x, float[] q, float[] k, float[] v, float[] shares, float[] found) {}

  private Weights weights() {
    return new Weights(
        Math.toIntExact(layerConf().getNIn()),
        Math.toIntExact(layerConf().getNOut()),
        layerConf().heads(),
        Arrays2d.rowMajor(getParam(FlatParameters.WEIGHTS)),
        Arrays2d.rowMajor(getParam(FlatParameters.BIASES)));
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    Weights weights = weights();
    Pass[] passes = forward(weights);
    last = training ? passes : null;
    int units = weights.units();
    int length = Math.toIntExact(input.size(2));
    float[] values = new float[passes.length * units * length];
    for (int i = 0; i < passes.length; i++) {
      Pass pass = passes[i];
      int count = pass.steps().length;
      float[] out = new float[count * units];
      for (int s = 0; s < count; s++) {
        System.arraycopy(weights.b(), 0, out, s * units, units);
      }
      addProduct(out, pass.found(), count, units, weights.w(), weights.out(), units);
      for (int s = 0; s < count; s++) {
        for (int j = 0; j < units; j++) {
          values[(i * units + j) * length + pass.steps()[s]] = out[s * units + j];
        }
      }
    }
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, new long[] {passes.length, units, length}, 'c');
    Arrays2d.values(result).put(values);
    return result;
  }

  private Pass[] forward(Weights weights) {
    int n = Math.toIntExact(input.size(0));
    int length = Math.toIntExact(input.size(2));
    float[] given = Arrays2d.rowMajor(input);
    float @Nullable [] mask = maskArray == null ? null : Arrays2d.rowMajor(maskArray);
    Pass[] passes = new Pass[n];
    for (int i = 0; i < n; i++) {
      int[] steps = new int[length];
      int count = 0;
      for (int t = 0; t < length; t++) {
        if (mask == null || mask[i * length + t] != 0) {
          steps[count++] = t;
        }
      }
      passes[i] = forward(weights, given, i, length, Arrays.copyOf(steps, count));
    }
    return passes;
  }

  private static Pass forward(Weights weights, float[] given, int i, int length, int[] steps) {
    int in = weights.in();
    int units = weights.units();
    int count = steps.length;
    Pass pass =
        new Pass(
            steps,
            new float[count * in],
            new float[count * units],
            new float[count * units],
            new float[count * units],
            new float[weights.heads() * count * count],
            new float[count * units]);
    for (int s = 0; s < count; s++) {
      for (int j = 0; j < in; j++) {
        pass.x()[s * in + j] = given[(i * in + j) * length + steps[s]];
      }
    }
    addProduct(pass.q(), pass.x(), count, in, weights.w(), weights.query(), units);
    addProduct(pass.k(), pass.x(), count, in, weights.w(), weights.key(), units);
    addProduct(pass.v(), pass.x(), count, in, weights.w(), weights.value(), units);
    for (int head = 0; head < weights.heads(); head++) {
      attend(weights, pass, head);
    }
    return pass;
  }

  private static void attend(Weights weights, Pass pass, int head) {
    int units = weights.units();
    int depth = weights.depth();
    int count = pass.steps().length;
    for (int s = 0; s < count; s++) {
      int row = (head * count + s) * count;
      int query = s * units + head * depth;
      float largest = Float.NEGATIVE_INFINITY;
      for (int t = 0; t < count; t++) {
        float score =
            weights.scale() * dot(pass.q(), query, pass.k(), t * units + head * depth, depth);
        pass.shares()[row + t] = score;
        largest = Math.max(largest, score);
      }
      float sum = 0;
      for (int t = 0; t < count; t++) {
        pass.shares()[row + t] = (float) Math.exp(pass.shares()[row + t] - largest);
        sum += pass.shares()[row + t];
      }
      for (int t = 0; t < count; t++) {
        pass.shares()[row + t] /= sum;
        addTimes(
            pass.found(), query, pass.shares()[row + t], pass.v(), t * units + head * depth, depth);
      }
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Weights weights = weights();
    Pass[] passes = last == null ? forward(weights) : last;
    int in = weights.in();
    int units = weights.units();
    int length = Math.toIntExact(input.size(2));
    float[] given = Arrays2d.rowMajor(epsilon);
    float[] weightSums = new float[weights.w().length];
    float[] biasSums = new float[units];
    float[] toInput = new float[passes.length * in * length];
    for (int i = 0; i < passes.length; i++) {
      Pass pass = passes[i];
      int count = pass.steps().length;
      float[] toOut = new float[count * units];
      for (int s = 0; s < count; s++) {
        for (int j = 0; j < units; j++) {
          toOut[s * units + j] = given[(i * units + j) * length + pass.steps()[s]];
          biasSums[j] += toOut[s * units + j];
        }
      }
      float[] toX = back(weights, pass, toOut, weightSums);
      for (int s = 0; s < count; s++) {
        for (int j = 0; j < in; j++) {
          toInput[(i * in + j) * length + pass.steps()[s]] = toX[s * in + j];
        }
      }
    }
    last = null;
    INDArray weightView = Objects.requireNonNull(gradientViews.get(FlatParameters.WEIGHTS));
    Arrays2d.values(weightView).put(weightSums);
    INDArray biasView = Objects.requireNonNull(gradientViews.get(FlatParameters.BIASES));
    Arrays2d.values(biasView).put(biasSums);
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    gradient.gradientForVariable().put(FlatParameters.WEIGHTS, weightView);
    gradient.gradientForVariable().put(FlatParameters.BIASES, biasView);
    INDArray slopes =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, dataType, new long[] {passes.length, in, length}, 'c');
    Arrays2d.values(slopes).put(toInput);
    return new Pair<>(gradient, slopes);
  }

  /**
   * Goes back over one sequence.
   *
   * @param toOut the slope by the output, [k][units]
   * @return the slope by the input, [k][in]
   */
  private static float[] back(Weights weights, Pass pass, float[] toOut, float[] weightSums) {
    int in = weights.in();
    int units = weights.units();
    int count = pass.steps().length;
    float[] w = weights.w();
    addOuter(weightSums, weights.out(), pass.found(), units, toOut, units, count);
    float[] toFound = new float[count * units];
    addTransposed(toFound, toOut, count, units, w, weights.out(), units);
    float[] toQ = new float[count * units];
    float[] toK = new float[count * units];
    float[] toV = new float[count * units];
    for (int head = 0; head < weights.heads(); head++) {
      backOverHead(weights, pass, head, toFound, toQ, toK, toV);
    }
    float[] toX = new float[count * in];
    float[][] slopes = {toQ, toK, toV};
    int[] places = {weights.query(), weights.key(), weights.value()};
    for (int m = 0; m < slopes.length; m++) {
      addOuter(weightSums, places[m], pass.x(), in, slopes[m], units, count);
      addTransposed(toX, slopes[m], count, in, w, places[m], units);
    }
    return toX;
  }

  private static void backOverHead(
      Weights weights,
      Pass pass,
      int head,
      float[] toFound,
      float[] toQ,
      float[] toK,
      float[] toV) {
    int units = weights.units();
    int depth = weights.depth();
    int count = pass.steps().length;
    float[] toShares = new float[count];
    for (int s = 0; s < count; s++) {
      int row = (head * count + s) * count;
      int query = s * units + head * depth;
      float mean = 0;
      for (int t = 0; t < count; t++) {
        int step = t * units + head * depth;
        float share = pass.shares()[row + t];
        toShares[t] = dot(toFound, query, pass.v(), step, depth);
        mean += share * toShares[t];
        addTimes(toV, step, share, toFound, query, depth);
      }
      for (int t = 0; t < count; t++) {
        int step = t * units + head * depth;
        float toScore = pass.shares()[row + t] * (toShares[t] - mean) * weights.scale();
        addTimes(toQ, query, toScore, pass.k(), step, depth);
        addTimes(toK, step, toScore, pass.q(), query, depth);
      }
    }
  }

  /** {@code out += x m}: [k][rows] times [rows][columns]. */
  private static void addProduct(
      float[] out, float[] x, int count, int rows, float[] m, int at, int columns) {
    for (int s = 0; s < count; s++) {
      for (int j = 0; j < rows; j++) {
        addTimes(out, s * columns, x[s * rows + j], m, at + j * columns, columns);
      }
    }
  }

  /** {@code out += y m'}: [k][columns] times the transpose of [rows][columns]. */
  private static void addTransposed(
      float[] out, float[] y, int count, int rows, float[] m, int at, int columns) {
    for (int s = 0; s < count; s++) {
      for (int j = 0; j < rows; j++) {
        out[s * rows + j] += dot(y, s * columns, m, at + j * columns, columns);
      }
    }
  }

  /** {@code sums += x' y}: the transpose of [k][rows] times [k][columns]. */
  private static void addOuter(
      float[] sums, int at, float[] x, int rows, float[] y, int columns, int count) {
    for (int s = 0; s < count; s++) {
      for (int j = 0; j < rows; j++) {
        addTimes(sums, at + j * columns, x[s * rows + j], y, s * columns, columns);
      }
    }
  }

  private static void addTimes(
      float[] to, int at, float factor, float[] from, int start, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] += factor * from[start + i];
    }
  }

  private static float dot(float[] a, int from, float[] b, int start, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += a[from + i] * b[start + i];
    }
    return sum;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
