package io.pergola.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a convolution or pooling moves over an image: for each spatial dimension in turn.
 *
 * @param kernel the window's size, 1 or more
 * @param stride how far it moves, 1 or more
 * @param before cells of padding before the first, 0 or more
 * @param after cells of padding after the last, 0 or more
 * @param dilation the distance of the window's cells, 1 for neighbours
 */
public record OnnxWindow(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> before,
    List<Integer> after,
    List<Integer> dilation) {
  public OnnxWindow {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    before = List.copyOf(before);
    after = List.copyOf(after);
    dilation = List.copyOf(dilation);
    for (List<Integer> each : List.of(stride, before, after, dilation)) {
      if (each.size() != kernel.size()) {
        throw new IllegalArgumentException(
            "Invalid window: %d strides, paddings or dilations (must be %d, as the kernel has)"
                .formatted(each.size(), kernel.size()));
      }
    }
    requireAtLeast(1, "kernel", kernel);
    requireAtLeast(1, "stride", stride);
    requireAtLeast(0, "padding", before);
    requireAtLeast(0, "padding", after);
    requireAtLeast(1, "dilation", dilation);
  }

  /** A window without padding or dilation. */
  public static OnnxWindow of(List<Integer> kernel, List<Integer> stride) {
    List<Integer> none = Collections.nCopies(kernel.size(), 0);
    return new OnnxWindow(kernel, stride, none, none, Collections.nCopies(kernel.size(), 1));
  }

  /** The same with padding. */
  public OnnxWindow padded(List<Integer> cellsBefore, List<Integer> cellsAfter) {
    return new OnnxWindow(kernel, stride, cellsBefore, cellsAfter, dilation);
  }

  private static void requireAtLeast(int least, String what, List<Integer> values) {
    for (int value : values) {
      if (value < least) {
        throw new IllegalArgumentException(
            "Invalid %s of a window: %d (must be %d or more)".formatted(what, value, least));
      }
    }
  }

  OnnxNodes.Named[] attributes() {
    return new OnnxNodes.Named[] {
      OnnxNodes.integers("kernel_shape", kernel),
      OnnxNodes.integers("strides", stride),
      pads(),
      OnnxNodes.integers("dilations", dilation)
    };
  }

  /** The size of a dimension after the window has moved over it. */
  int out(int dimension, int size) {
    int padded = size + before.get(dimension) + after.get(dimension);
    int reach = dilation.get(dimension) * (kernel.get(dimension) - 1) + 1;
    return padded < reach ? 0 : (padded - reach) / stride.get(dimension) + 1;
  }

  /** The padding of each dimension, before it, then behind it. */
  OnnxNodes.Named pads() {
    List<Integer> both = new ArrayList<>(before);
    both.addAll(after);
    return OnnxNodes.integers("pads", both);
  }
}
