package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The code of docs/how-to/write-a-row-function.md, which a test of all pages holds to be it. */
class RowFunctionsHowToTest {
  record Ride(
      Double fare,
      Double tips,
      Double latitude,
      Double longitude,
      Double toLatitude,
      Double toLongitude,
      String phone,
      List<Double> stops) {}

  static final class RideFeatures {
    static FeaturePlan of(Columns<Ride> ride) {
      Numeric fare = ride.number(Ride::fare);
      double free = 2.5; // captured: it counts as a value, and travels with the plan
      return Features.of()
          .dense(
              fare.map("billed", x -> Math.max(0, x - free)).zScore(),
              fare.map("share", ride.number(Ride::tips), (x, tips) -> tips / x).as("share"),
              Numeric.mapAll(
                      "kilometres",
                      RideFeatures::kilometres,
                      ride.number(Ride::latitude),
                      ride.number(Ride::longitude),
                      ride.number(Ride::toLatitude),
                      ride.number(Ride::toLongitude))
                  .as("kilometres"),
              ride.numbers(Ride::stops).mapToNumber("longest", RideFeatures::longest))
          .categorical(
              ride.text(Ride::phone).map("country", RideFeatures::country).vocabulary(100, 1))
          .unlabelled();
    }

    static double kilometres(double[] x) {
      double a = Math.toRadians(x[2] - x[0]);
      double b = Math.toRadians(x[3] - x[1]) * StrictMath.cos(Math.toRadians(x[0]));
      return 6371 * Math.sqrt(a * a + b * b);
    }

    static double longest(double[] minutes) {
      double longest = 0;
      for (double each : minutes) {
        longest = Math.max(longest, each);
      }
      return longest;
    }

    static @Nullable String country(String phone) {
      return phone.startsWith("+") ? phone.substring(0, Math.min(3, phone.length())) : null;
    }
  }

  private static FeaturePlan withMissing(Columns<Ride> ride) {
    Numeric fare = ride.number(Ride::fare);
    return Features.of()
        .dense(fare.mapMissingAsNan("known", x -> Double.isNaN(x) ? -1 : x > 500 ? Double.NaN : x))
        .unlabelled();
  }

  @Test
  void theFunctionsOfThePageCompute() {
    FeaturePlan plan = RideFeatures.of(Columns.of());
    FittedPlan fitted =
        FittedPlan.of(
            plan,
            List.of(
                new Fitted.ZScore(
                    (io.pergola.feature.Expr.ZScore) plan.dense().get("fare"), 9, 4, 2),
                new Fitted.Vocabulary(
                    (io.pergola.feature.Expr.Vocabulary) plan.categorical().get("phone"),
                    9,
                    Terms.of("+49"))));
    Map<String, Object> features =
        fitted.apply(
            Map.of(
                "fare", 12.5,
                "tips", 2.5,
                "latitude", 52.0,
                "longitude", 13.0,
                "to_latitude", 53.0,
                "to_longitude", 13.0,
                "phone", "+49 30",
                "stops", List.of(3.0, 7.5)));
    assertThat(features)
        .containsEntry("fare", 3f)
        .containsEntry("share", 0.2f)
        .containsEntry("stops", 7.5f)
        .containsEntry("phone", 0L);
    // A degree of latitude on a sphere of that radius.
    assertThat((Float) features.get("kilometres")).isCloseTo(111.195f, within(0.01f));
  }

  @Test
  void missingIsNanForAFunctionThatTakesIt() {
    FittedPlan plan = FittedPlan.of(withMissing(Columns.of()), List.of());
    assertThat(plan.apply(Map.of())).containsEntry("fare", -1f);
    assertThat(plan.apply(Map.of("fare", 700))).isEmpty();
    assertThat(plan.apply(Map.of("fare", 7))).containsEntry("fare", 7f);
  }
}
