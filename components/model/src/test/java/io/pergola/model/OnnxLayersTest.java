package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.model.OnnxGraph.Value;
import io.pergola.model.OnnxLayers.Padding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OnnxLayersTest {
  private final Random random = new Random(5);

  private float[] some(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  /** What a graph makes of one example of floats. */
  private static float[] run(float[] x, Function<Of, Value> steps) throws IOException {
    return run(x, new long[0], steps);
  }

  /** A graph and its inputs. */
  record Of(OnnxGraph graph, OnnxLayers layers, Value floats, Optional<Value> ids) {}

  private static float[] run(float[] x, long[] ids, Function<Of, Value> steps) throws IOException {
    OnnxGraph g = OnnxGraph.named("layers");
    List<GraphInput> inputs = new ArrayList<>();
    List<ExampleColumn> columns = new ArrayList<>();
    List<GraphInput.Column> names = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      columns.add(WideAndDeep.floats("x" + i, x[i]));
      names.add(GraphInput.Column.of("x" + i));
    }
    inputs.add(new GraphInput("x", GraphInput.Element.FLOAT32, 2, names));
    Value floats = g.floats("x", x.length);
    Optional<Value> sequence = Optional.empty();
    if (ids.length > 0) {
      List<GraphInput.Column> idNames = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        columns.add(WideAndDeep.longs("id" + i, ids[i]));
        idNames.add(GraphInput.Column.of("id" + i));
      }
      inputs.add(new GraphInput("ids", GraphInput.Element.INT64, 2, idNames));
      sequence = Optional.of(g.ids("ids", ids.length));
    }
    OnnxLayers layers = g.layers();
    Value made = steps.apply(new Of(g, layers, floats, sequence));
    byte[] onnx = g.output("y", layers.reshape(made, List.of(made.width()))).bytes();
    try (RawSession session =
        RawSession.open(
            onnx,
            new ImportedGraph(inputs, "y", Optional.empty()),
            made.width(),
            1,
            Path.of("layers.onnx"))) {
      return session.run(ExampleBatch.of(1, columns)).values();
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], within(2e-6f));
    }
  }

  @Test
  void convolutionIsTheSumOverItsWindow() throws IOException {
    float[] x = some(2 * 4 * 5);
    float[] w = some(3 * 2 * 2 * 3);
    float[] b = some(3);
    OnnxWindow window =
        OnnxWindow.of(List.of(2, 3), List.of(1, 2)).padded(List.of(1, 0), List.of(0, 1));
    float[] actual =
        run(
            x,
            of ->
                of.layers()
                    .convolution(
                        "c", of.layers().reshape(of.floats(), List.of(2, 4, 5)), w, b, 3, window));
    float[] expected = new float[3 * 4 * 2];
    for (int o = 0; o < 3; o++) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 2; j++) {
          float sum = b[o];
          for (int c = 0; c < 2; c++) {
            for (int p = 0; p < 2; p++) {
              for (int q = 0; q < 3; q++) {
                int row = i - 1 + p;
                int column = 2 * j + q;
                if (row >= 0 && row < 4 && column < 5) {
                  sum += x[(c * 4 + row) * 5 + column] * w[((o * 2 + c) * 2 + p) * 3 + q];
                }
              }
            }
          }
          expected[(o * 4 + i) * 2 + j] = sum;
        }
      }
    }
    assertClose(actual, expected);
  }

  @Test
  void poolsAreTheLargestAndTheMeanOfTheirWindow() throws IOException {
    float[] x = {1, -2, 3, 4, 5, -6, 7, 8, 9};
    OnnxWindow window =
        OnnxWindow.of(List.of(2, 2), List.of(2, 2)).padded(List.of(0, 0), List.of(1, 1));
    Function<Of, Value> image = of -> of.layers().reshape(of.floats(), List.of(1, 3, 3));
    assertClose(
        run(x, of -> of.layers().maxPool(image.apply(of), window)), new float[] {5, 3, 8, 9});
    assertClose(
        run(x, of -> of.layers().averagePool(image.apply(of), window, Padding.LEFT_OUT)),
        new float[] {2, -1.5f, 7.5f, 9});
    assertClose(
        run(x, of -> of.layers().averagePool(image.apply(of), window, Padding.COUNTED)),
        new float[] {2, -0.75f, 3.75f, 2.25f});
  }

  @Test
  void batchNormalizationIsByChannel() throws IOException {
    float[] actual =
        run(
            new float[] {1, 2, 3, 4},
            of ->
                of.layers()
                    .batchNormalization(
                        "b",
                        of.layers().reshape(of.floats(), List.of(2, 1, 2)),
                        new float[] {2, 3},
                        new float[] {0.5f, -1},
                        new float[] {1, 2},
                        new float[] {3, 8},
                        1));
    assertClose(actual, new float[] {0.5f, 1.5f, 0, 1});
  }

  @Test
  void dimensionsAreReducedTurnedAndMultiplied() throws IOException {
    float[] x = {1, 2, 3, 4, 5, 7};
    Function<Of, Value> matrix = of -> of.layers().reshape(of.floats(), List.of(2, 3));
    assertClose(
        run(x, of -> of.layers().transpose(matrix.apply(of), List.of(1, 0))),
        new float[] {1, 4, 2, 5, 3, 7});
    assertClose(run(x, of -> of.layers().mean(matrix.apply(of), 0)), new float[] {2.5f, 3.5f, 5});
    assertClose(run(x, of -> of.layers().largest(matrix.apply(of), 1)), new float[] {3, 7});
    assertClose(run(x, of -> of.layers().sum(matrix.apply(of), 1)), new float[] {6, 16});
    assertClose(
        run(
            x,
            of -> {
              Value m = matrix.apply(of);
              return of.layers().product(m, of.layers().transpose(m, List.of(1, 0)));
            }),
        new float[] {14, 35, 35, 90});
    assertClose(
        run(
            x,
            of ->
                of.layers()
                    .timeDistributed(
                        matrix.apply(of),
                        of.graph().matrix("w", 3, 1, new float[] {1, 0, -1}),
                        Optional.of(of.graph().vector("b", new float[] {10})))),
        new float[] {8, 7});
  }

  @Test
  void masksKeepWhatIsNotPadding() throws IOException {
    float[] table = {1, -10, 2, -20, 4, -40, 99, 99};
    Function<Of, Value> rows =
        of -> of.graph().gather(of.graph().matrix("t", 4, 2, table), of.ids().orElseThrow());
    Function<Of, Value> mask = of -> of.layers().mask(of.ids().orElseThrow(), 3);
    float[] x = {0};
    long[] ids = {2, 0, 3};
    long[] none = {3, 3, 3};
    assertClose(
        run(x, ids, of -> of.layers().maskedMean(rows.apply(of), mask.apply(of))),
        new float[] {2.5f, -25});
    assertClose(
        run(x, none, of -> of.layers().maskedMean(rows.apply(of), mask.apply(of))),
        new float[] {0, 0});
    assertClose(
        run(x, ids, of -> of.layers().maskedLargest(rows.apply(of), mask.apply(of))),
        new float[] {4, -10});
    assertClose(
        run(x, none, of -> of.layers().maskedLargest(rows.apply(of), mask.apply(of))),
        new float[] {0, 0});
    assertClose(
        run(x, ids, of -> of.layers().masked(rows.apply(of), mask.apply(of))),
        new float[] {4, -40, 1, -10, 0, 0});
  }

  @Test
  void lstmFollowsItsRecurrenceAndStopsWithTheMask() throws IOException {
    int steps = 3;
    int in = 2;
    int h = 2;
    float[] x = some(steps * in);
    float[] w = some(4 * h * in);
    float[] r = some(4 * h * h);
    float[] b = some(4 * h);
    double[][] expected = new double[steps][h];
    double[] out = new double[h];
    double[] cell = new double[h];
    for (int t = 0; t < steps; t++) {
      double[] gates = new double[4 * h];
      for (int g = 0; g < gates.length; g++) {
        gates[g] = b[g] + dot(w, g, x, t, in) + dot(r, g, out);
      }
      for (int i = 0; i < h; i++) {
        double forgotten = sigmoid(gates[2 * h + i]) * cell[i];
        cell[i] = forgotten + sigmoid(gates[i]) * Math.tanh(gates[3 * h + i]);
      }
      for (int i = 0; i < h; i++) {
        out[i] = sigmoid(gates[h + i]) * Math.tanh(cell[i]);
        expected[t][i] = out[i];
      }
    }
    Function<Of, Value> sequence = of -> of.layers().reshape(of.floats(), List.of(steps, in));
    Function<Of, Optional<Value>> mask =
        of -> Optional.of(of.layers().mask(of.ids().orElseThrow(), 9));
    assertClose(
        run(x, of -> of.layers().lstm("l", sequence.apply(of), w, r, b, Optional.empty()).all()),
        flat(expected, steps));
    assertClose(
        run(
            x,
            new long[] {0, 0, 9},
            of -> of.layers().lstm("l", sequence.apply(of), w, r, b, mask.apply(of)).last()),
        new float[] {(float) expected[1][0], (float) expected[1][1]});
    assertClose(
        run(
            x,
            new long[] {0, 0, 9},
            of -> of.layers().lstm("l", sequence.apply(of), w, r, b, mask.apply(of)).all()),
        flat(expected, 2));
  }

  @Test
  void gruFollowsItsRecurrence() throws IOException {
    int steps = 3;
    int in = 2;
    int h = 2;
    float[] x = some(steps * in);
    float[] w = some(3 * h * in);
    float[] r = some(3 * h * h);
    float[] b = some(3 * h);
    double[] out = new double[h];
    for (int t = 0; t < steps; t++) {
      double[] update = new double[h];
      double[] reset = new double[h];
      for (int i = 0; i < h; i++) {
        update[i] = sigmoid(b[i] + dot(w, i, x, t, in) + dot(r, i, out));
        reset[i] = sigmoid(b[h + i] + dot(w, h + i, x, t, in) + dot(r, h + i, out)) * out[i];
      }
      double[] next = new double[h];
      for (int i = 0; i < h; i++) {
        int g = 2 * h + i;
        double hidden = Math.tanh(b[g] + dot(w, g, x, t, in) + dot(r, g, reset));
        next[i] = (1 - update[i]) * hidden + update[i] * out[i];
      }
      out = next;
    }
    float[] actual =
        run(
            x,
            of ->
                of.layers()
                    .gru(
                        "g",
                        of.layers().reshape(of.floats(), List.of(steps, in)),
                        w,
                        r,
                        b,
                        Optional.empty())
                    .last());
    assertClose(actual, new float[] {(float) out[0], (float) out[1]});
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double dot(float[] w, int row, float[] x, int t, int in) {
    double sum = 0;
    for (int i = 0; i < in; i++) {
      sum += w[row * in + i] * x[t * in + i];
    }
    return sum;
  }

  private static double dot(float[] r, int row, double[] state) {
    double sum = 0;
    for (int i = 0; i < state.length; i++) {
      sum += r[row * state.length + i] * state[i];
    }
    return sum;
  }

  /** The first steps; 0 after them. */
  private static float[] flat(double[][] values, int kept) {
    int width = values[0].length;
    float[] flat = new float[values.length * width];
    for (int t = 0; t < kept; t++) {
      for (int i = 0; i < width; i++) {
        flat[t * width + i] = (float) values[t][i];
      }
    }
    return flat;
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    OnnxGraph g = OnnxGraph.named("core");
    OnnxLayers layers = g.layers();
    Value x = g.floats("x", 6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layers.reshape(x, List.of(2, 2)))
        .withMessage("Invalid Reshape in graph 'core': [n, 6] to [n, 2, 2] (shapes must fit)");
    Value image = layers.reshape(x, List.of(1, 2, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layers.maxPool(image, OnnxWindow.of(List.of(3, 3), List.of(1, 1))))
        .withMessage(
            "Invalid window in graph 'core': [n, 1, 2, 3] and a kernel of [3, 3] (shapes must"
                + " fit)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                layers.convolution(
                    "c",
                    image,
                    new float[3],
                    new float[1],
                    1,
                    OnnxWindow.of(List.of(2, 2), List.of(1, 1))))
        .withMessage(
            "Invalid Conv in graph 'core': [n, 1, 2, 3], 3 weights and 1 biases for 1 channels,"
                + " kernel [2, 2] (shapes must fit)");
    assertThatIllegalArgumentException().isThrownBy(() -> g.output("y", image));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxWindow.of(List.of(2, 2), List.of(1)))
        .withMessage(
            "Invalid window: 1 strides, paddings or dilations (must be 2, as the kernel has)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxWindow.of(List.of(0), List.of(1)))
        .withMessage("Invalid kernel of a window: 0 (must be 1 or more)");
  }
}
