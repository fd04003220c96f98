package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SliceKeyTest {
  record Trip(Boolean isPaidByCard, Kind kind) {}

  enum Kind {
    SHORT {
      @Override
      public String toString() {
        return "a short one";
      }
    }
  }

  @Test
  void wholeNumbersComeInTheirOrderBeforeTexts() {
    List<SliceKey> keys = new ArrayList<>();
    for (String value : List.of("1a", "10", "9", "-3", "N/A", "09", "1.5")) {
      keys.add(SliceKey.of("zip", value));
    }
    for (int i = 0; i < 2_000; i++) {
      keys.add(SliceKey.of("zip", i % 3 == 0 ? i + "a" : Integer.toString(i)));
    }
    keys.add(SliceKey.OVERALL);
    List<SliceKey> sorted = new ArrayList<>(keys);
    Collections.shuffle(sorted, new Random(1));
    sorted.sort(null);

    assertThat(sorted.get(0)).isEqualTo(SliceKey.OVERALL);
    assertThat(sorted.get(1)).isEqualTo(SliceKey.of("zip", "-3"));
    assertThat(sorted.indexOf(SliceKey.of("zip", "9")))
        .isLessThan(sorted.indexOf(SliceKey.of("zip", "10")));
    assertThat(sorted.indexOf(SliceKey.of("zip", "1999")))
        .isLessThan(sorted.indexOf(SliceKey.of("zip", "1a")));
  }

  @Test
  void valuesOfRecordsAreNamedAsColumnsHoldThem() {
    assertThat(Slicing.where(Trip::isPaidByCard, true).terms().get(0).value()).isEqualTo("1");
    assertThat(Slicing.where(Trip::kind, Kind.SHORT))
        .isEqualTo(Slicing.of(SliceKey.of("kind", "SHORT")));
  }

  @Test
  void featureTwiceInOneSlicingIsRefused() {
    assertThatThrownBy(() -> Slicing.by(Trip::kind).cross(Trip::kind))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid slicing: feature 'kind' twice (must be different features)");
  }
}
