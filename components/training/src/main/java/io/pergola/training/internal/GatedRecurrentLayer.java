package io.pergola.training.internal;

import io.pergola.training.GatedRecurrent;
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
 * Runs {@link GatedRecurrent}: plain loops on the heap. Weights are row-major [in + h][3 h]: rows
 * of the input, then of the earlier output; columns update, reset, candidate.
 */
public final class GatedRecurrentLayer extends BaseLayer<GatedRecurrent> {
  private static final long serialVersionUID = 1L;

  private transient @Nullable Steps last;

  public GatedRecurrentLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /**
   * What a pass over some sequences computed.
   *
   * @param x [n][t][in]
   * @param gates [n][t][3 h]: update, reset, candidate
   * @param states [n][t + 1][h], from the first, which is 0
   * @param kept [n][t]
   */
  @SuppressWarnings("ArrayRecordComponent") // Stays in this class.
  private record Steps(
      int n, int length, int in, int h, float[] x, float[] gates, float[] states, boolean[] kept) {}

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    Steps steps = forward();
    last = training ? steps : null;
    int h = steps.h();
    int length = steps.length();
    float[] values = new float[steps.n() * h * length];
    for (int i = 0; i < steps.n(); i++) {
      for (int t = 0; t < length; t++) {
        if (steps.kept()[i * length + t]) {
          int state = (i * (length + 1) + t + 1) * h;
          for (int j = 0; j < h; j++) {
            values[(i * h + j) * length + t] = steps.states()[state + j];
          }
        }
      }
    }
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, new long[] {steps.n(), h, length}, 'c');
    Arrays2d.values(result).put(values);
    return result;
  }

  private Steps forward() {
    int n = Math.toIntExact(input.size(0));
    int in = Math.toIntExact(input.size(1));
    int length = Math.toIntExact(input.size(2));
    int h = Math.toIntExact(layerConf().getNOut());
    float[] w = Arrays2d.rowMajor(getParam(FlatParameters.WEIGHTS));
    float[] b = Arrays2d.rowMajor(getParam(FlatParameters.BIASES));
    float[] given = Arrays2d.rowMajor(input);
    float @Nullable [] mask = maskArray == null ? null : Arrays2d.rowMajor(maskArray);
    Steps steps =
        new Steps(
            n,
            length,
            in,
            h,
            new float[n * length * in],
            new float[n * length * 3 * h],
            new float[n * (length + 1) * h],
            new boolean[n * length]);
    float[] a = new float[3 * h];
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < length; t++) {
        int step = i * length + t;
        int before = (i * (length + 1) + t) * h;
        steps.kept()[step] = mask == null || mask[step] != 0;
        if (!steps.kept()[step]) {
          System.arraycopy(steps.states(), before, steps.states(), before + h, h);
          continue;
        }
        for (int j = 0; j < in; j++) {
          steps.x()[step * in + j] = given[(i * in + j) * length + t];
        }
        step(steps, step, before, w, b, a);
      }
    }
    return steps;
  }

  private static void step(Steps steps, int step, int before, float[] w, float[] b, float[] a) {
    int in = steps.in();
    int h = steps.h();
    int columns = 3 * h;
    float[] states = steps.states();
    System.arraycopy(b, 0, a, 0, columns);
    for (int j = 0; j < in; j++) {
      addTimes(a, 0, columns, steps.x()[step * in + j], w, j * columns);
    }
    for (int j = 0; j < h; j++) {
      addTimes(a, 0, 2 * h, states[before + j], w, (in + j) * columns);
    }
    int gates = step * columns;
    for (int c = 0; c < 2 * h; c++) {
      steps.gates()[gates + c] = (float) (1 / (1 + Math.exp(-a[c])));
    }
    for (int j = 0; j < h; j++) {
      float kept = steps.gates()[gates + h + j] * states[before + j];
      addTimes(a, 2 * h, columns, kept, w, (in + j) * columns);
    }
    for (int j = 0; j < h; j++) {
      float update = steps.gates()[gates + j];
      float candidate = (float) Math.tanh(a[2 * h + j]);
      steps.gates()[gates + 2 * h + j] = candidate;
      states[before + h + j] = (1 - update) * candidate + update * states[before + j];
    }
  }

  /** {@code a[c] += factor * w[row + c]} for the columns {@code from} to {@code to}, exclusive. */
  private static void addTimes(float[] a, int from, int to, float factor, float[] w, int row) {
    for (int c = from; c < to; c++) {
      a[c] += factor * w[row + c];
    }
  }

  private static float dot(float[] a, int from, int to, float[] w, int row) {
    float sum = 0;
    for (int c = from; c < to; c++) {
      sum += a[c] * w[row + c];
    }
    return sum;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Steps steps = last == null ? forward() : last;
    int h = steps.h();
    int in = steps.in();
    int length = steps.length();
    float[] w = Arrays2d.rowMajor(getParam(FlatParameters.WEIGHTS));
    float[] toOutput = Arrays2d.rowMajor(epsilon);
    float[] weightSums = new float[w.length];
    float[] biasSums = new float[3 * h];
    float[] toX = new float[steps.n() * in * length];
    float[] toState = new float[h];
    float[] a = new float[3 * h];
    for (int i = 0; i < steps.n(); i++) {
      Arrays.fill(toState, 0);
      for (int t = length - 1; t >= 0; t--) {
        int step = i * length + t;
        if (!steps.kept()[step]) {
          continue;
        }
        for (int j = 0; j < h; j++) {
          toState[j] += toOutput[(i * h + j) * length + t];
        }
        back(steps, step, (i * (length + 1) + t) * h, w, toState, a, weightSums);
        addTimes(biasSums, 0, 3 * h, 1, a, 0);
        for (int j = 0; j < in; j++) {
          toX[(i * in + j) * length + t] = dot(a, 0, 3 * h, w, j * 3 * h);
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
    INDArray toInput =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, dataType, new long[] {steps.n(), in, length}, 'c');
    Arrays2d.values(toInput).put(toX);
    return new Pair<>(gradient, toInput);
  }

  /**
   * Goes back over one step.
   *
   * @param toState the slope by the state after it, which becomes that by the state before it
   * @param a becomes the slope by what the gates are functions of, [3 h]
   */
  private static void back(
      Steps steps,
      int step,
      int before,
      float[] w,
      float[] toState,
      float[] a,
      float[] weightSums) {
    int h = steps.h();
    int in = steps.in();
    int columns = 3 * h;
    int gates = step * columns;
    float[] g = steps.gates();
    float[] states = steps.states();
    for (int j = 0; j < h; j++) {
      float update = g[gates + j];
      float candidate = g[gates + 2 * h + j];
      a[j] = toState[j] * (states[before + j] - candidate) * update * (1 - update);
      a[2 * h + j] = toState[j] * (1 - update) * (1 - candidate * candidate);
      toState[j] *= update;
    }
    for (int j = 0; j < h; j++) {
      float reset = g[gates + h + j];
      float toKept = dot(a, 2 * h, columns, w, (in + j) * columns);
      a[h + j] = toKept * states[before + j] * reset * (1 - reset);
      toState[j] += toKept * reset;
    }
    for (int j = 0; j < h; j++) {
      int row = (in + j) * columns;
      toState[j] += dot(a, 0, 2 * h, w, row);
      float state = states[before + j];
      float kept = g[gates + h + j] * state;
      for (int c = 0; c < 2 * h; c++) {
        weightSums[row + c] += state * a[c];
      }
      for (int c = 2 * h; c < columns; c++) {
        weightSums[row + c] += kept * a[c];
      }
    }
    for (int j = 0; j < in; j++) {
      float value = steps.x()[step * in + j];
      for (int c = 0; c < columns; c++) {
        weightSums[j * columns + c] += value * a[c];
      }
    }
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
