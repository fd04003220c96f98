package io.pergola.validation;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Statistics;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FileMemory;
import io.pergola.feature.Accessor;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.span.SpanMerging;
import io.pergola.validation.internal.KeptStates;
import io.pergola.validation.internal.StatisticsJob;
import io.pergola.validation.internal.StatisticsRecipe;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Computes statistics of examples, of every split and every feature, in one pass over the data; if
 * asked also by weight, by slice, across features, and of authors' own.
 *
 * @param examples what to describe
 * @param weight the feature that says how much an example counts
 * @param slicings ways to cut the examples into slices
 * @param mostSlices how many slices of each slicing have statistics: those with the most examples
 * @param crossing which features are looked at together
 * @param generators of authors, for features
 * @param exampleGenerators of authors, for whole examples
 * @param tokens how the values of features are looked at as sequences of tokens
 */
@BuiltIn
public record StatisticsGen(
    Channel<? extends Examples<?>> examples,
    Optional<String> weight,
    List<Slicing> slicings,
    int mostSlices,
    Optional<Crossing> crossing,
    List<ForFeatures> generators,
    List<StatisticGenerator<ExampleBatch, ?>> exampleGenerators,
    List<Tokens> tokens)
    implements BeamComponent<Channel<Statistics>>, SpanMerging {
  /**
   * How features go together.
   *
   * @param features the numeric features whose pairs are looked at; empty for all
   * @param label the feature that others are associated with; null for none
   * @param labelledSlices how many slices of each slicing have such associations of their own, from
   *     0: those with the most examples
   */
  public record Crossing(List<String> features, @Nullable String label, int labelledSlices)
      implements Serializable {
    public Crossing {
      features = List.copyOf(features);
      if (labelledSlices < 0) {
        throw new IllegalArgumentException(
            "Invalid number of slices with a label: %d (from 0)".formatted(labelledSlices));
      }
    }

    /** Features and a label, in splits. */
    public Crossing(List<String> features, @Nullable String label) {
      this(features, label, 0);
    }
  }

  /**
   * A generator and the features it is for.
   *
   * @param features empty for all
   */
  public record ForFeatures(StatisticGenerator<ExampleColumn, ?> generator, List<String> features)
      implements Serializable {
    public ForFeatures {
      features = List.copyOf(features);
    }
  }

  /** How many slices of each slicing have statistics by default. */
  public static final int MOST_SLICES = 200;

  public StatisticsGen {
    slicings = List.copyOf(slicings);
    generators = List.copyOf(generators);
    exampleGenerators = List.copyOf(exampleGenerators);
    tokens = List.copyOf(tokens);
    Set<String> tokenized = new HashSet<>();
    for (Tokens one : tokens) {
      if (!tokenized.add(one.feature())) {
        throw new IllegalArgumentException(
            "Invalid tokens: feature '%s' twice (must be different features)"
                .formatted(one.feature()));
      }
    }
    if (mostSlices < 1) {
      throw new IllegalArgumentException(
          "Invalid number of slices: at most %d (from 1)".formatted(mostSlices));
    }
  }

  /** Describes these examples. */
  public static StatisticsGen of(Channel<? extends Examples<?>> examples) {
    return new StatisticsGen(
        examples,
        Optional.empty(),
        List.of(),
        MOST_SLICES,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  /**
   * Adds statistics in which every example counts as much as this feature says. Default: none.
   * Every example must have one weight, finite and from 0.
   */
  public <R> StatisticsGen weightedBy(Accessor<R, ? extends Number> feature) {
    return weightedByName(Columns.name(feature));
  }

  /** The same, with a column named by hand. */
  public StatisticsGen weightedBy(Column<? extends Number> feature) {
    return weightedByName(feature.name());
  }

  private StatisticsGen weightedByName(String feature) {
    return copy(draft -> draft.weight = Optional.of(feature));
  }

  /** Adds one slicing for each of these features, by its values. Default: none. */
  @SafeVarargs
  public final <R> StatisticsGen slicedBy(Accessor<R, ?>... features) {
    return slicedBy(Arrays.stream(features).map(Slicing::by).toArray(Slicing[]::new));
  }

  /** Adds slicings: single values, and crosses. Default: none. */
  public StatisticsGen slicedBy(Slicing... more) {
    return copy(draft -> draft.slicings = added(slicings, List.of(more)));
  }

  /**
   * Gives statistics to so many slices of each slicing, those with the most examples. Default:
   * {@value #MOST_SLICES}. The others are counted together: how many there are, and how many
   * examples they have. A slice of a slicing with more than four times as many slices may be among
   * them, too, if it was not there at first; of a slicing with more than 50,000 all are.
   */
  public StatisticsGen slicesAtMost(int most) {
    return copy(draft -> draft.mostSlices = most);
  }

  /**
   * Adds covariance and correlation of all pairs of numeric features with at most one value per
   * example, of the first 100 in file order. Default: none.
   */
  public StatisticsGen crossFeatures() {
    return crossed(List.of());
  }

  /** The same, of these features only. */
  @SafeVarargs
  public final <R> StatisticsGen crossFeatures(Accessor<R, ? extends Number>... features) {
    return crossed(Stream.of(features).map(feature -> Columns.name(feature)).toList());
  }

  private StatisticsGen crossed(List<String> features) {
    return crossed(
        new Crossing(features, crossing.map(Crossing::label).orElse(null), labelledSlices()));
  }

  private StatisticsGen crossed(Crossing newCrossing) {
    return copy(draft -> draft.crossing = Optional.of(newCrossing));
  }

  /**
   * Adds mutual information and lift of all features with this one, which has at most 100 values;
   * and what {@link #crossFeatures()} adds. Default: none.
   */
  public <R> StatisticsGen label(Accessor<R, ?> feature) {
    return labelled(Columns.name(feature));
  }

  /** The same, with a column named by hand. */
  public StatisticsGen label(Column<?> feature) {
    return labelled(feature.name());
  }

  private StatisticsGen labelled(String feature) {
    return crossed(
        new Crossing(
            crossing.map(Crossing::features).orElse(List.of()), feature, labelledSlices()));
  }

  /**
   * Adds mutual information and lift with the label in slices, of so many slices of each slicing at
   * most. Each costs as much as the slice has values of the label. Default: splits only.
   */
  public StatisticsGen labelInSlices(int most) {
    return crossed(
        new Crossing(
            crossing.map(Crossing::features).orElse(List.of()),
            crossing.map(Crossing::label).orElse(null),
            most));
  }

  private int labelledSlices() {
    return crossing.map(Crossing::labelledSlices).orElse(0);
  }

  /** Adds an author's statistics of these features, or of all if none is named. Default: none. */
  @SafeVarargs
  public final <R> StatisticsGen with(
      StatisticGenerator<ExampleColumn, ?> generator, Accessor<R, ?>... features) {
    List<String> names = Stream.of(features).map(feature -> Columns.name(feature)).toList();
    return copy(
        draft -> draft.generators = added(generators, List.of(new ForFeatures(generator, names))));
  }

  /** Adds an author's statistics of whole examples, in every split and slice. Default: none. */
  public StatisticsGen withExamples(StatisticGenerator<ExampleBatch, ?> generator) {
    return copy(draft -> draft.exampleGenerators = added(exampleGenerators, List.of(generator)));
  }

  private StatisticsGen copy(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** A copy under change. */
  private static final class Draft {
    private Channel<? extends Examples<?>> examples;
    private Optional<String> weight;
    private List<Slicing> slicings;
    private int mostSlices;
    private Optional<Crossing> crossing;
    private List<ForFeatures> generators;
    private List<StatisticGenerator<ExampleBatch, ?>> exampleGenerators;
    private List<Tokens> tokens;

    Draft(StatisticsGen from) {
      examples = from.examples;
      weight = from.weight;
      slicings = from.slicings;
      mostSlices = from.mostSlices;
      crossing = from.crossing;
      generators = from.generators;
      exampleGenerators = from.exampleGenerators;
      tokens = from.tokens;
    }

    StatisticsGen done() {
      return new StatisticsGen(
          examples, weight, slicings, mostSlices, crossing, generators, exampleGenerators, tokens);
    }
  }

  /**
   * Adds statistics of tokens of these features, one {@link Tokens} for each. Default: none.
   *
   * @throws IllegalArgumentException if two are for one feature
   */
  public StatisticsGen tokens(Tokens... more) {
    return copy(draft -> draft.tokens = added(tokens, List.of(more)));
  }

  private static <T> List<T> added(List<T> some, List<T> more) {
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private StatisticsRecipe recipe() {
    return new StatisticsRecipe(
        weight.orElse(null),
        slicings,
        mostSlices,
        crossing.orElse(null),
        generators,
        exampleGenerators,
        tokens);
  }

  @Override
  public Channel<?> inSpans() {
    return examples;
  }

  /** What was made of the files of a window before, if the examples are one. */
  private Optional<KeptStates> kept(Artifacts artifacts) {
    return artifacts
        .execution()
        .memo()
        .flatMap(folder -> FileMemory.of(folder, artifacts.of(examples).directory()))
        .map(memory -> new KeptStates(memory, fingerprint()));
  }

  /** Stands for everything but the examples that statistics depend on. */
  private String fingerprint() {
    return String.join(
        " ",
        Fingerprints.ofCode(this),
        Fingerprints.ofParameter(this, "weight", weight),
        Fingerprints.ofParameter(this, "slicings", slicings),
        Fingerprints.ofParameter(this, "mostSlices", mostSlices),
        Fingerprints.ofParameter(this, "crossing", crossing),
        Fingerprints.ofParameter(this, "generators", generators),
        Fingerprints.ofParameter(this, "exampleGenerators", exampleGenerators),
        Fingerprints.ofParameter(this, "tokens", tokens));
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Statistics> statistics) {
    Path input = artifacts.of(examples).directory();
    Optional<KeptStates> kept = kept(artifacts);
    if (kept.isEmpty()) {
      StatisticsJob.build(beam, input, artifacts.of(statistics).directory(), recipe());
      return;
    }
    StatisticsJob.Files files = StatisticsJob.buildKept(beam, input, recipe(), kept.get());
    artifacts.execution().property(statistics, "files_merged", files.kept());
    artifacts.execution().property(statistics, "files_read", files.read());
    artifacts
        .execution()
        .progress(
            "merges what is kept of %d files, reads %d".formatted(files.kept(), files.read()));
  }

  @Override
  public void finish(Artifacts artifacts, Channel<Statistics> statistics) throws IOException {
    Path input = artifacts.of(examples).directory();
    Path directory = artifacts.of(statistics).directory();
    Optional<KeptStates> kept = kept(artifacts);
    if (kept.isPresent()) {
      StatisticsJob.writeKept(input, directory, recipe(), kept.get());
      kept.get().tidy();
    } else if (!Files.exists(directory.resolve(StatisticsFile.NAME))) {
      StatisticsJob.writeEmpty(input, directory, recipe());
    }
    DatasetStatistics result = StatisticsFile.read(directory);
    artifacts.execution().property(statistics, "examples", result.examples());
  }
}
