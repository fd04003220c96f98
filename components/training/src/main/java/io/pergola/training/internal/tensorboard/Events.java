package io.pergola.training.internal.tensorboard;

import java.util.List;

/**
 * Messages of {@code tensorflow.Event}, by the public numbers of their fields in {@code
 * event.proto}, {@code summary.proto}, {@code graph.proto} and {@code tensor.proto}.
 *
 * <p>An event's wall time is its step, in seconds since 1970, so that the same training writes the
 * same bytes: a model that was trained again has the content hash it had.
 */
final class Events {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int GRAPH_DEF = 4;
  private static final int SUMMARY = 5;
  private static final int BUCKETS = 30;
  private static final int DT_STRING = 7;

  private Events() {}

  /** What every file begins with. */
  static Message version() {
    return new Message().number(WALL_TIME, 0).text(FILE_VERSION, "brain.Event:2");
  }

  /** Some numbers after a step. */
  static Message scalars(long step, List<Scalar> scalars) {
    Message summary = new Message();
    for (Scalar scalar : scalars) {
      summary.message(1, new Message().text(1, scalar.tag()).single(2, (float) scalar.value()));
    }
    return at(step).message(SUMMARY, summary);
  }

  /** A number with its name. */
  record Scalar(String tag, double value) {}

  /**
   * How values are spread after a step: {@value #BUCKETS} buckets of equal width from the smallest
   * to the largest; one bucket if all are equal.
   *
   * @param values finite, one or more
   */
  static Message histogram(long step, String tag, float[] values) {
    double min = values[0];
    double max = values[0];
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      squares += value * value;
    }
    int buckets = min == max ? 1 : BUCKETS;
    double[] limits = new double[buckets];
    double[] counts = new double[buckets];
    for (int i = 0; i < buckets; i++) {
      limits[i] = i == buckets - 1 ? max : min + (max - min) * (i + 1) / buckets;
    }
    for (double value : values) {
      int bucket = min == max ? 0 : (int) ((value - min) / (max - min) * buckets);
      counts[Math.min(buckets - 1, bucket)]++;
    }
    Message histogram =
        new Message()
            .number(1, min)
            .number(2, max)
            .number(3, values.length)
            .number(4, sum)
            .number(5, squares)
            .numbers(6, limits)
            .numbers(7, counts);
    return at(step)
        .message(
            SUMMARY, new Message().message(1, new Message().text(1, tag).message(5, histogram)));
  }

  /** The network as TensorBoard draws it. */
  static Message graph(List<Node> nodes) {
    Message graph = new Message();
    for (Node node : nodes) {
      Message message = new Message().text(1, node.name()).text(2, node.operation());
      node.inputs().forEach(input -> message.text(3, input));
      graph.message(1, message);
    }
    return at(0).message(GRAPH_DEF, graph);
  }

  /**
   * A step of a network.
   *
   * @param inputs names of other nodes
   */
  record Node(String name, String operation, List<String> inputs) {}

  /** A text, shown as Markdown. */
  static Message text(String tag, String markdown) {
    Message tensor = new Message().whole(1, DT_STRING).message(2, new Message()).text(8, markdown);
    Message metadata = new Message().message(1, new Message().text(1, "text"));
    return at(0)
        .message(
            SUMMARY,
            new Message()
                .message(1, new Message().text(1, tag).message(8, tensor).message(9, metadata)));
  }

  private static Message at(long step) {
    return new Message().number(WALL_TIME, step).whole(STEP, step);
  }
}
