package io.pergola.training.internal.search;

import io.pergola.training.Dimension;
import io.pergola.training.Objective;
import io.pergola.training.Search;
import io.pergola.training.TunerTrial;
import io.pergola.training.internal.ExampleStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The trials of a tuner, in rounds: those of a round depend on nothing but the results of the
 * rounds before and the seed, so that it does not matter how many run at once.
 */
public final class Rounds {
  /** The share of trials that count as good, which Bergstra et al. call gamma. */
  private static final double GOOD = 0.15;

  /** Values that are drawn for each that is chosen. */
  private static final int CANDIDATES = 24;

  private static final int OWN_TRIES = 10;
  private static final int TRIES = 1_000;

  private final List<Dimension> dimensions;
  private final Search search;
  private final Objective objective;
  private final long seed;
  private final int steps;

  /**
   * The rounds of a search.
   *
   * @param steps that a trial trains in the end
   */
  public Rounds(
      List<Dimension> dimensions, Search search, Objective objective, long seed, int steps) {
    this.dimensions = List.copyOf(dimensions);
    this.search = search;
    this.objective = objective;
    this.seed = seed;
    this.steps = steps;
  }

  /** How many rounds there are, from 1. */
  public int count() {
    return search.match(
        grid -> 1,
        random -> 1,
        tpe -> 1 + (Math.max(0, tpe.trials() - tpe.first()) + tpe.atOnce() - 1) / tpe.atOnce(),
        halving -> rungs(halving).size());
  }

  /** How many trials there are. */
  public int trials() {
    return search.match(
        grid -> points(grid), Search.Random::trials, Search.Tpe::trials, Search.Halving::trials);
  }

  private int points(Search.Grid grid) {
    long points = 1;
    for (Dimension dimension : dimensions) {
      points = Math.min(Integer.MAX_VALUE, points * dimension.points(grid.points()).size());
    }
    return (int) points;
  }

  /**
   * The trials of a round, by number.
   *
   * @param round from 0
   * @param done the trials of the rounds before, by number, as they were after them
   */
  public List<Request> requests(int round, List<TunerTrial> done) {
    return search.match(
        grid -> grid(grid.points()),
        random -> drawn(1, random.trials(), steps, new HashSet<>()),
        tpe ->
            round == 0
                ? drawn(1, Math.min(tpe.first(), tpe.trials()), steps, new HashSet<>())
                : estimated(tpe, round, done),
        halving -> halving(halving, round, done));
  }

  /** Better trials first, then lower numbers; those without a value are left out. */
  public List<TunerTrial> ranked(List<TunerTrial> trials) {
    return trials.stream()
        .filter(trial -> trial.value(objective).isPresent())
        .sorted(
            Comparator.comparing(
                    (TunerTrial trial) -> trial.value(objective).getAsDouble(),
                    objective.bestFirst())
                .thenComparing(TunerTrial::number))
        .toList();
  }

  /** The last dimension changes first. */
  private List<Request> grid(int points) {
    List<SortedMap<String, Object>> all = List.of(new TreeMap<>());
    for (Dimension dimension : dimensions) {
      List<SortedMap<String, Object>> longer = new ArrayList<>();
      for (SortedMap<String, Object> point : all) {
        for (Object value : dimension.points(points)) {
          SortedMap<String, Object> next = new TreeMap<>(point);
          next.put(dimension.name(), value);
          longer.add(next);
        }
      }
      all = longer;
    }
    List<Request> requests = new ArrayList<>();
    all.forEach(point -> requests.add(new Request(requests.size() + 1, point, steps)));
    return requests;
  }

  private List<Request> drawn(int from, int to, int until, Set<SortedMap<String, Object>> taken) {
    List<Request> requests = new ArrayList<>();
    for (int trial = from; trial <= to; trial++) {
      SplittableRandom random = random(trial);
      requests.add(new Request(trial, fresh(taken, random, () -> drawn(random)), until));
    }
    return requests;
  }

  private SortedMap<String, Object> drawn(SplittableRandom random) {
    return values(dimensions.stream().mapToDouble(dimension -> random.nextDouble()).toArray());
  }

  /**
   * Values that no trial has yet: some tries as asked for, then at random. In a space with few
   * points left they may be taken after all.
   */
  private SortedMap<String, Object> fresh(
      Set<SortedMap<String, Object>> taken,
      SplittableRandom random,
      Supplier<SortedMap<String, Object>> next) {
    SortedMap<String, Object> values = next.get();
    for (int i = 1; i < TRIES && taken.contains(values); i++) {
      values = i < OWN_TRIES ? next.get() : drawn(random);
    }
    taken.add(values);
    return values;
  }

  private List<Request> halving(Search.Halving halving, int round, List<TunerTrial> done) {
    int until = rungs(halving).get(round);
    if (round == 0) {
      return drawn(1, halving.trials(), until, new HashSet<>());
    }
    return survivors(halving, round, done).stream()
        .map(trial -> new Request(trial.number(), searched(trial), until))
        .toList();
  }

  /** Of the trials that trained in the round before, the best ones, by number. */
  private List<TunerTrial> survivors(Search.Halving halving, int round, List<TunerTrial> done) {
    int most = halving.trials();
    for (int i = 0; i < round; i++) {
      most = (most + halving.factor() - 1) / halving.factor();
    }
    return ranked(done.stream().filter(trial -> trial.rounds() == round).toList()).stream()
        .limit(most)
        .sorted(Comparator.comparing(TunerTrial::number))
        .toList();
  }

  /** The steps after which a halving looks at the trials, the last being all of them. */
  private List<Integer> rungs(Search.Halving halving) {
    List<Integer> rungs = new ArrayList<>();
    for (long until = halving.firstSteps(); until < steps; until *= halving.factor()) {
      rungs.add((int) until);
    }
    rungs.add(steps);
    return rungs;
  }

  private List<Request> estimated(Search.Tpe tpe, int round, List<TunerTrial> all) {
    int from = tpe.first() + (round - 1) * tpe.atOnce() + 1;
    int to = Math.min(tpe.trials(), from + tpe.atOnce() - 1);
    List<TunerTrial> done = all.stream().filter(trial -> trial.number() < from).toList();
    Set<SortedMap<String, Object>> taken = new HashSet<>();
    done.forEach(trial -> taken.add(searched(trial)));
    List<TunerTrial> ranked = ranked(done);
    if (ranked.isEmpty()) {
      return drawn(from, to, steps, taken);
    }
    int good = (int) Math.ceil(GOOD * ranked.size());
    List<TunerTrial> best = ranked.subList(0, good);
    List<TunerTrial> others = done.stream().filter(trial -> !best.contains(trial)).toList();
    ParzenWindows likely = windows(best);
    ParzenWindows unlikely = windows(others);
    List<Request> requests = new ArrayList<>();
    for (int trial = from; trial <= to; trial++) {
      SplittableRandom random = random(trial);
      requests.add(
          new Request(
              trial, fresh(taken, random, () -> estimated(likely, unlikely, random)), steps));
    }
    return requests;
  }

  private ParzenWindows windows(List<TunerTrial> trials) {
    double[][] points = new double[trials.size()][];
    for (int i = 0; i < points.length; i++) {
      points[i] = unit(trials.get(i).hyperparameters());
    }
    return new ParzenWindows(dimensions, points);
  }

  private double[] unit(SortedMap<String, Object> values) {
    return dimensions.stream()
        .mapToDouble(dimension -> dimension.unit(value(values, dimension)))
        .toArray();
  }

  /** Of some candidates the one with the greatest ratio of densities. */
  private SortedMap<String, Object> estimated(
      ParzenWindows likely, ParzenWindows unlikely, SplittableRandom random) {
    SortedMap<String, Object> chosen = values(likely.draw(random));
    double ratio = Double.NEGATIVE_INFINITY;
    for (int candidate = 0; candidate < CANDIDATES; candidate++) {
      SortedMap<String, Object> values = values(likely.draw(random));
      double[] point = unit(values);
      double its = likely.at(point) / unlikely.at(point);
      if (its > ratio) {
        chosen = values;
        ratio = its;
      }
    }
    return chosen;
  }

  private SortedMap<String, Object> values(double[] point) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (int d = 0; d < point.length; d++) {
      values.put(dimensions.get(d).name(), dimensions.get(d).at(point[d]));
    }
    return values;
  }

  private static Object value(SortedMap<String, Object> values, Dimension dimension) {
    return Objects.requireNonNull(values.get(dimension.name()), dimension.name());
  }

  private SortedMap<String, Object> searched(TunerTrial trial) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (Dimension dimension : dimensions) {
      values.put(dimension.name(), value(trial.hyperparameters(), dimension));
    }
    return values;
  }

  /** Numbers of a trial's own, whatever other trials draw. */
  private SplittableRandom random(int trial) {
    return new SplittableRandom(ExampleStream.mixed(seed, trial, -3));
  }
}
