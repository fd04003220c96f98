package io.pergola.examples.reviews;

import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import java.util.regex.Pattern;

/** How a review becomes features: its first 200 words, as ids; its label is whether it praises. */
final class ReviewFeatures {
  /** Words of letters, which leaves out punctuation and most of the HTML. */
  private static final Pattern WORD = Pattern.compile("[a-z]+(?:'[a-z]+)?");

  private static final int WORDS = 2_000;
  private static final int LENGTH = 200;

  private ReviewFeatures() {}

  static FeaturePlan of(Columns<Review> review) {
    return Features.of()
        .sequence(
            review
                .text(Review::text)
                .lower()
                .tokenize(WORD)
                .vocabulary(WORDS, 1, 2)
                .padTo(LENGTH)
                .as("words"))
        .label(review.number(Review::label).greaterThan(0.5).as("praise"));
  }
}
