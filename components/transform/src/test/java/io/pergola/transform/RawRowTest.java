package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawRowTest {
  private static final Columns<Row> TRIP = Columns.of();
  private static final Numeric FARE = TRIP.number(Column.number("fare"));
  private static final FittedPlan PLAN =
      FittedPlan.of(
          Features.of()
              .dense(FARE.times(2))
              .categorical(
                  TRIP.text(Column.text("company")).hash(1),
                  TRIP.number(Column.number("id")).hash(1 << 20))
              .label(TRIP.number(Column.number("tips")).greaterThan(FARE)),
          List.of());

  @Test
  void rowGivesWhatABatchOfItGives() {
    assertThat(PLAN.apply(Map.of("fare", 1.5, "company", "Blue", "tips", 2, "other", "x")))
        .isEqualTo(Map.of("fare", 3f, "company", 0L, "tips", 1f))
        .containsOnlyKeys("fare", "company", "tips");
    for (Number fare : List.of(1, 1L, 1f, 1.0)) {
      assertThat(PLAN.apply(Map.of("fare", fare))).isEqualTo(Map.of("fare", 2f));
    }
  }

  @Test
  void integersAreTakenAsTheyAre() {
    // No float32 has these digits.
    byte[] digits = "16777217".getBytes(StandardCharsets.UTF_8);
    assertThat(PLAN.apply(Map.of("id", 16_777_217L)).get("id"))
        .isEqualTo(
            (Number) Long.remainderUnsigned(Fingerprint64.of(digits, 0, digits.length), 1 << 20));
  }

  @Test
  void nullAndAbsentAreMissing() {
    Map<String, Object> row = new HashMap<>();
    row.put("fare", null);
    row.put("company", null);
    assertThat(PLAN.apply(row)).isEmpty();
    assertThat(PLAN.apply(Map.of())).isEmpty();
  }

  @Test
  void valuesOfAnotherTypeAreRefusedWithFeatureAndColumn() {
    assertThatThrownBy(() -> PLAN.apply(Map.of("fare", "abc")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot compute feature 'fare' from column 'fare': 'abc' is text. Give it as a number:"
                + " an int, long, float or double, or leave it out.");
    assertThatThrownBy(() -> PLAN.apply(Map.of("company", true)))
        .hasMessage(
            "Cannot compute feature 'company' from column 'company': true is of type Boolean. Give"
                + " it as text, or leave it out.");
  }
}
