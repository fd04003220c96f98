package io.pergola.examples.reviews;

import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import java.util.regex.Pattern;

/** How a review becomes features: its first 200 words, as ids; its label is whether it praises. */
final class ReviewFeatures {
  /**
   * What stands between words: white space, digits and punctuation, which leaves most of the HTML
   * out, but not apostrophes. A set of characters, which the standard operators of ONNX can split
   * at: so the model is one file.
   */
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s\\d\\p{Punct}&&[^']]+");

  private static final int WORDS = 2_000;
  private static final int LENGTH = 200;

  private ReviewFeatures() {}

  static FeaturePlan of(Columns<Review> review) {
    return Features.of()
        .sequence(
            review
                .text(Review::text)
                .lower()
                .split(BETWEEN_WORDS)
                .vocabulary(WORDS, 1, 2)
                .padTo(LENGTH)
                .as("words"))
        .label(review.number(Review::label).greaterThan(0.5).as("praise"));
  }
}
