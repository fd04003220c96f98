package io.pergola.training;

import io.pergola.model.Task;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A small convolutional classifier of images: for each size in {@code filters} a convolution of 3 x
 * 3 (ReLU) that keeps the image's size, then the largest value of each 2 x 2; then hidden layers.
 * After LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
 *
 * @param features what the network is sized by; those that are not the pixels are left aside
 * @param pixels a dense feature: the image's values, row by row, or channel by channel and row by
 *     row, channels x height x width of them, about 1 in size
 * @param channels 1 for grey, 3 for colours
 * @param height in pixels
 * @param width in pixels
 * @param filters how many each convolution has; one or more of them, and the image not smaller than
 *     what they halve
 * @param hidden the size of each hidden layer (ReLU) after the convolutions; may be none
 * @param learning how it learns
 */
public record ImageClassifier(
    TrainingFeatures features,
    String pixels,
    int channels,
    int height,
    int width,
    List<Integer> filters,
    List<Integer> hidden,
    LearningOptions learning)
    implements HiddenLayers<ImageClassifier> {

  private static final List<Integer> FILTERS = List.of(16, 32);
  private static final List<Integer> HIDDEN = List.of(64);

  public ImageClassifier {
    filters = List.copyOf(filters);
    hidden = List.copyOf(hidden);
    requirePositive("number of channels", channels);
    requirePositive("height", height);
    requirePositive("width", width);
    filters.forEach(size -> requirePositive("number of filters", size));
    hidden.forEach(size -> requirePositive("size of a hidden layer", size));
    TrainingFeatures.Range range =
        features
            .columnsOf(pixels)
            .orElseThrow(
                () ->
                    new TrainingException(
                        "Cannot see an image in feature '%s': the plan has no such feature. Correct the name."
                            .formatted(pixels)));
    int found = range.to() - range.from();
    if (found != channels * height * width) {
      throw new TrainingException(
          ("Cannot see an image in feature '%s': it has %d values, and %d x %d x %d (channels,"
                  + " height, width) are %d. Correct the size.")
              .formatted(pixels, found, channels, height, width, channels * height * width));
    }
    if (filters.isEmpty() || Math.min(height, width) >> filters.size() == 0) {
      throw new IllegalArgumentException(
          "Invalid convolutions: %d of them, which halve an image of %d x %d each (must be 1 to %d)"
              .formatted(
                  filters.size(),
                  height,
                  width,
                  31 - Integer.numberOfLeadingZeros(Math.min(height, width))));
    }
    learning.requireFit(features);
  }

  /**
   * A classifier of grey images.
   *
   * @param pixels the dense feature that holds them, row by row
   * @throws TrainingException if the label is a number, or the feature is no image of that size
   */
  public static ImageClassifier of(
      TrainingFeatures features, String pixels, int height, int width) {
    return of(features, pixels, 1, height, width);
  }

  /**
   * A classifier of images with several channels.
   *
   * @param pixels the dense feature that holds them, channel by channel, each row by row
   * @throws TrainingException if the label is a number, or the feature is no image of that size
   */
  public static ImageClassifier of(
      TrainingFeatures features, String pixels, int channels, int height, int width) {
    if (features.task() == Task.REGRESSION) {
      throw NetworkDraft.notClasses(features);
    }
    return new ImageClassifier(
        features, pixels, channels, height, width, FILTERS, HIDDEN, LearningOptions.DEFAULTS);
  }

  /** The same with convolutions of so many filters; 16 and 32 unless called. */
  public ImageClassifier filters(int... sizes) {
    return new ImageClassifier(
        features, pixels, channels, height, width, list(sizes), hidden, learning);
  }

  /** The same with these hidden layers after the convolutions; one of 64 unless called. */
  public ImageClassifier hidden(int... sizes) {
    return new ImageClassifier(
        features, pixels, channels, height, width, filters, list(sizes), learning);
  }

  @Override
  public ImageClassifier learning(LearningOptions options) {
    return new ImageClassifier(features, pixels, channels, height, width, filters, hidden, options);
  }

  @Override
  public ComputationGraph build() {
    NetworkDraft draft = new NetworkDraft(features, learning, pixels);
    String seen = draft.addConvolutions(pixels, channels, height, width, filters);
    int halvings = filters.size();
    int left = (height >> halvings) * (width >> halvings) * filters.get(halvings - 1);
    return draft.built(draft.addHidden(seen, left, hidden, 0));
  }

  private static List<Integer> list(int... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Invalid %s: %d (must be 1 or more)".formatted(what, value));
    }
  }
}
