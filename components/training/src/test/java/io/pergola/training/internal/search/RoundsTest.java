package io.pergola.training.internal.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.training.Dimension;
import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Dimension.Whole;
import io.pergola.training.Objective;
import io.pergola.training.Search;
import io.pergola.training.TunerTrial;
import io.pergola.training.TunerTrial.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final int STEPS = 900;

  private static final List<Dimension> SPACE =
      List.of(
          new Real("rate", 1e-4, 1, Scale.LOG),
          new Whole("width", 1, 100, Scale.LINEAR),
          new Choice("kind", List.of("a", "b", "c")));

  private static Rounds rounds(Search search, long seed) {
    return new Rounds(SPACE, search, Objective.LOSS, seed, STEPS);
  }

  /** Least at rate 0.01, width 30, kind b, where it is 0. */
  private static double bowl(Map<String, Object> values) {
    double rate = Math.log10((Double) values.get("rate")) + 2;
    double width = ((Integer) values.get("width") - 30) / 25.0;
    return rate * rate + width * width + (values.get("kind").equals("b") ? 0 : 0.5);
  }

  private static TunerTrial trial(Request request, int rounds, double loss) {
    boolean failed = Double.isNaN(loss);
    return new TunerTrial(
        request.trial(),
        request.values(),
        failed ? Outcome.FAILED : Outcome.FINISHED,
        rounds,
        request.until(),
        request.until(),
        failed ? new TreeMap<>() : new TreeMap<>(Map.of("loss", loss)),
        failed ? Optional.of("it failed") : Optional.empty());
  }

  /** Carries out a search without training. */
  private static List<TunerTrial> all(
      Rounds rounds, ToDoubleFunction<SortedMap<String, Object>> loss) {
    List<TunerTrial> done = new ArrayList<>();
    for (int round = 0; round < rounds.count(); round++) {
      for (Request request : rounds.requests(round, List.copyOf(done))) {
        done.add(trial(request, 1, loss.applyAsDouble(request.values())));
      }
    }
    return done;
  }

  private static double best(List<TunerTrial> trials) {
    return trials.stream()
        .mapToDouble(trial -> trial.value(Objective.LOSS).orElse(Double.POSITIVE_INFINITY))
        .min()
        .orElseThrow();
  }

  @Test
  void aGridHasEveryCombinationTheLastDimensionFirst() {
    Rounds rounds = rounds(Search.grid(3), 1);
    List<Request> requests = rounds.requests(0, List.of());

    assertThat(rounds.count()).isEqualTo(1);
    assertThat(requests).hasSize(rounds.trials()).hasSize(3 * 3 * 3);
    assertThat(requests.get(0).values()).isEqualTo(Map.of("rate", 1e-4, "width", 1, "kind", "a"));
    assertThat(requests.get(1).values()).isEqualTo(Map.of("rate", 1e-4, "width", 1, "kind", "b"));
    assertThat(requests.get(13).values()).isEqualTo(Map.of("rate", 0.01, "width", 51, "kind", "b"));
    assertThat(requests.get(26).values()).isEqualTo(Map.of("rate", 1.0, "width", 100, "kind", "c"));
    assertThat(requests).extracting(Request::until).containsOnly(STEPS);
  }

  @Test
  void aRandomSearchDrawsEvenlyOnEachScale() {
    List<Request> requests = rounds(Search.random(3_000), 5).requests(0, List.of());

    long lowRates = requests.stream().filter(r -> (Double) r.values().get("rate") < 0.01).count();
    long lowWidths = requests.stream().filter(r -> (Integer) r.values().get("width") <= 50).count();
    long kindA = requests.stream().filter(r -> r.values().get("kind").equals("a")).count();
    // Five standard deviations of 3,000 draws are below 137.
    assertThat(lowRates).isBetween(1_363L, 1_637L);
    assertThat(lowWidths).isBetween(1_363L, 1_637L);
    assertThat(kindA).isBetween(863L, 1_137L);
    assertThat(requests.stream().map(Request::values).distinct()).hasSize(3_000);
    assertThat(rounds(Search.random(20), 5).requests(0, List.of()))
        .isEqualTo(requests.subList(0, 20));
  }

  @Test
  void smallSpacesAreSearchedWithoutRepetition() {
    List<Dimension> space =
        List.of(new Choice("kind", List.of("a", "b", "c")), new Whole("n", 1, 4, Scale.LINEAR));
    for (Search search : List.of(Search.random(12), Search.tpe(12))) {
      Rounds rounds = new Rounds(space, search, Objective.LOSS, 1, STEPS);

      List<TunerTrial> trials = all(rounds, values -> (Integer) values.get("n"));

      assertThat(trials.stream().map(TunerTrial::hyperparameters).distinct()).hasSize(12);
    }
  }

  @Test
  void theEstimatorFindsBetterThanChanceDoes() {
    int wins = 0;
    for (int seed = 0; seed < 40; seed++) {
      double estimated = best(all(rounds(Search.tpe(50), seed), RoundsTest::bowl));
      double random = best(all(rounds(Search.random(50), seed), RoundsTest::bowl));
      wins += estimated < random ? 1 : 0;
    }

    // If chance did as well, 28 of 40 or more would have a probability below 1 %.
    assertThat(wins).isGreaterThanOrEqualTo(28);
  }

  @Test
  void theEstimatorLearnsFromFailuresToo() {
    Rounds rounds = rounds(Search.tpe(60), 3);
    List<TunerTrial> trials =
        all(rounds, values -> values.get("kind").equals("a") ? Double.NaN : bowl(values));

    long early = trials.subList(0, 10).stream().filter(t -> t.outcome() == Outcome.FAILED).count();
    long late = trials.subList(50, 60).stream().filter(t -> t.outcome() == Outcome.FAILED).count();
    assertThat(late).isLessThanOrEqualTo(1).isLessThan(early);
    assertThat(all(rounds, values -> Double.NaN)).hasSize(60);
  }

  @Test
  void aRoundDependsOnTheRoundsBeforeItAlone() {
    Rounds rounds = rounds(Search.tpe(20).first(8).atOnce(5), 2);
    List<TunerTrial> trials = all(rounds, RoundsTest::bowl);

    assertThat(rounds.count()).isEqualTo(1 + 3);
    assertThat(trials)
        .extracting(TunerTrial::number)
        .hasSize(20)
        .isSorted()
        .doesNotHaveDuplicates();
    // As after a crash in the middle of the last round.
    assertThat(rounds.requests(2, trials)).isEqualTo(rounds.requests(2, trials.subList(0, 13)));
    assertThat(rounds.requests(2, trials.subList(0, 13)))
        .extracting(Request::values)
        .isEqualTo(trials.subList(13, 18).stream().map(TunerTrial::hyperparameters).toList());
    assertThat(all(rounds(Search.tpe(20).first(8).atOnce(5), 3), RoundsTest::bowl))
        .isNotEqualTo(trials);
  }

  @Test
  void halvingKeepsTheBestThirdOfEachRung() {
    Rounds rounds = rounds(Search.halving(10, 100), 1);
    List<Request> first = rounds.requests(0, List.of());
    List<TunerTrial> done = new ArrayList<>();
    for (Request request : first) {
      // Trials 3 and 4 are equally good, 7 is better than all and 8 failed.
      int n = request.trial();
      done.add(trial(request, 1, n == 8 ? Double.NaN : n == 7 ? 0 : n == 4 ? 3 : n + 10 * (n % 3)));
    }

    assertThat(rounds.count()).isEqualTo(3);
    assertThat(first).hasSize(10).extracting(Request::until).containsOnly(100);
    List<Request> second = rounds.requests(1, done);
    // 10 thirds are 4: 0 of trial 7, 3 of 3 and of 4, 6 of 6.
    assertThat(second).extracting(Request::trial).containsExactly(3, 4, 6, 7);
    assertThat(second).extracting(Request::until).containsOnly(300);
    assertThat(second.get(0).values()).isEqualTo(first.get(2).values());
    second.forEach(
        request ->
            done.set(
                request.trial() - 1, trial(request, 2, request.trial() == 3 ? Double.NaN : 1)));
    List<Request> third = rounds.requests(2, done);
    // 4 thirds are 2; of equals the first.
    assertThat(third).extracting(Request::trial).containsExactly(4, 6);
    assertThat(third).extracting(Request::until).containsOnly(STEPS);
  }
}
