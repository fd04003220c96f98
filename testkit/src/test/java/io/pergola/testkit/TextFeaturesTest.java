package io.pergola.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Ids;
import io.pergola.feature.Text;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.PreparedPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/how-to/features-from-text.md. */
class TextFeaturesTest {
  record Review(String text, List<String> tags, List<Float> stars, String sentiment) {}

  static final class ReviewFeatures {
    private ReviewFeatures() {}

    static FeaturePlan of(Columns<Review> review) {
      Text text = review.text(Review::text).orElse("").lower();
      Ids words = text.tokenize(Pattern.compile("\\p{L}+")).vocabulary(5_000, 1);
      return Features.of()
          .sequence(words.padTo(200))
          .dense(
              words.tfIdf().as("weights"),
              review.texts(Review::tags).distinct().hash(50).multiHot(),
              review.numbers(Review::stars).mean(),
              text.wordCount().as("words"))
          .label(review.text(Review::sentiment).vocabulary(2, 0));
    }
  }

  @TempDir Path folder;

  @Test
  void pageComputesWhatItSays() {
    FeaturePlanTester<Review> plan =
        FeaturePlanTester.in(folder)
            .fit(
                Review.class,
                ReviewFeatures::of,
                new Review("Good, good!", List.of("short"), List.of(4f, 5f), "positive"),
                new Review("Not good", List.of(), List.of(), "negative"));

    TestedFeatures features =
        plan.apply(
            new Review("Good? Not bad.", List.of("a", "a"), List.of(3f), null),
            new Review(null, null, null, "negative"));

    // good: 3 times, not: once; bad is in the bucket behind them.
    List<Long> sequence = features.sequence("text").get(0);
    assertThat(sequence.subList(0, 4)).containsExactly(0L, 1L, 2L, 5_001L);
    assertThat(sequence).hasSize(200);
    assertThat(features.sequence("text").get(1)).containsOnly(5_001L);
    // 1/3 each; good is in 2 of 2 reviews, not in 1 of 2.
    assertThat(features.vector("weights").get(0).subList(0, 2))
        .containsExactly(1 / 3f, 1 / 3f * (float) (Math.log(3 / 2.0) + 1));
    assertThat(features.vector("tags").get(0).stream().filter(x -> x == 1f).count()).isEqualTo(1);
    assertThat(features.vector("tags").get(1)).isNull();
    assertThat(features.dense("stars")).containsExactly(3f, null);
    assertThat(features.dense("words")).containsExactly(3f, 0f);
  }

  @Test
  void oneReviewIsComputedByAPreparedPlan() {
    FittedPlan fitted =
        FeaturePlanTester.in(folder)
            .fit(
                Review.class,
                ReviewFeatures::of,
                new Review("Good, good!", List.of("short"), List.of(4f, 5f), "positive"))
            .fitted();

    PreparedPlan prepared = fitted.prepare();
    int text = prepared.column("text");
    PreparedPlan.Row row = prepared.row(); // one for each thread, used again and again
    long[] ids = row.clear().put(text, "Good!").apply().sequences()[0];

    assertThat(ids[0]).isZero();
    assertThat(ids[1]).isEqualTo(5_001);
  }
}
