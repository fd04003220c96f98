package io.pergola.validation;

import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.validation.internal.InferenceOptions;
import io.pergola.validation.internal.SchemaInference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Infers a schema from statistics, brings an earlier one up to date with them, or takes one that
 * people curate.
 *
 * <p>Inferred: the type; presence in every example only where no example misses the feature; the
 * number of values; a domain of true and false, of integers as text, of the strings of a text
 * feature with at most 100 distinct values, or of what the values mean; for floating-point
 * features, that NaN and infinities do not occur where none did.
 *
 * @param statistics what to infer from
 * @param splits the splits to infer from; empty for all
 * @param ranges whether to infer ranges of numbers too
 * @param shapes whether to infer fixed shapes
 * @param maxStrings a text feature with more distinct values gets no domain of strings
 * @param previous the schema to bring up to date, if there is one
 * @param curated the file that wins over inference, if there is one
 */
@BuiltIn
public record SchemaGen(
    Channel<Statistics> statistics,
    List<String> splits,
    Ranges ranges,
    Shapes shapes,
    int maxStrings,
    Optional<OptionalChannel<Schema>> previous,
    Optional<Path> curated)
    implements InlineComponent<Channel<Schema>> {

  /** Whether the least and the greatest number seen become bounds. */
  public enum Ranges {
    NONE,
    INFERRED
  }

  /** Whether a feature that every example has, with the same number of values, has a shape. */
  public enum Shapes {
    NONE,
    INFERRED
  }

  public SchemaGen {
    splits = List.copyOf(splits);
    if (maxStrings < 0) {
      throw new IllegalArgumentException(
          "Invalid maxStrings: %d (must not be negative)".formatted(maxStrings));
    }
  }

  /** Infers from these statistics: from all splits, and no ranges. */
  public static SchemaGen of(Channel<Statistics> statistics) {
    InferenceOptions options = InferenceOptions.DEFAULT;
    return new SchemaGen(
        statistics,
        List.of(),
        options.ranges(),
        options.shapes(),
        options.maxStrings(),
        Optional.empty(),
        Optional.empty());
  }

  /** Infers from these splits only. Default: from all. */
  public SchemaGen splits(String... names) {
    return new SchemaGen(statistics, List.of(names), ranges, shapes, maxStrings, previous, curated);
  }

  /** Infers ranges of numbers: from the least to the greatest value seen. Default: none. */
  public SchemaGen inferringRanges() {
    return new SchemaGen(
        statistics, splits, Ranges.INFERRED, shapes, maxStrings, previous, curated);
  }

  /**
   * Infers a fixed shape, instead of a number of values, of features that every example has with
   * the same number of values. Default: none.
   */
  public SchemaGen inferringShapes() {
    return new SchemaGen(
        statistics, splits, ranges, Shapes.INFERRED, maxStrings, previous, curated);
  }

  /** Infers sets of at most this many strings. Default: 100. */
  public SchemaGen maxStrings(int most) {
    return new SchemaGen(statistics, splits, ranges, shapes, most, previous, curated);
  }

  /**
   * Brings this schema up to date, instead of inferring one: it is changed as far as it does not
   * accept the examples, and keeps everything else. Default: none.
   */
  public SchemaGen updating(Channel<Schema> schema) {
    return updating(schema.optional());
  }

  /** Brings this schema up to date, if there is one; else infers. Default: none. */
  public SchemaGen updating(OptionalChannel<Schema> schema) {
    return new SchemaGen(
        statistics, splits, ranges, shapes, maxStrings, Optional.of(schema), curated);
  }

  /** Takes this file as the schema, instead of inferring one. Default: none. */
  public SchemaGen curatedBy(Path schemaJson) {
    return curatedBy(Optional.of(schemaJson));
  }

  /** Takes this file as the schema, if there is one; else infers. Default: none. */
  public SchemaGen curatedBy(Optional<Path> schemaJson) {
    return new SchemaGen(statistics, splits, ranges, shapes, maxStrings, previous, schemaJson);
  }

  @Override
  public List<Path> externalInputs() {
    return curated.stream().toList();
  }

  @Override
  public void run(Artifacts artifacts, Channel<Schema> schema) {
    DataSchema result;
    List<SchemaVersion> history = List.of();
    if (curated.isPresent()) {
      result = SchemaFile.read(curated.get());
      history = SchemaFile.history(curated.get());
    } else {
      DatasetStatistics found = StatisticsFile.read(artifacts.of(statistics).directory());
      InferenceOptions options = new InferenceOptions(ranges, shapes, maxStrings);
      Optional<DataSchema> earlier =
          previous.flatMap(artifacts::of).map(artifact -> SchemaFile.read(artifact.directory()));
      result =
          earlier.isPresent()
              ? SchemaInference.update(earlier.get(), found, splits, options)
              : SchemaInference.infer(found, splits, options);
    }
    Path directory = artifacts.of(schema).directory();
    SchemaFile.write(result, history, directory.resolve(SchemaFile.NAME));
    artifacts.execution().property(schema, "features", (long) result.features().size());
    if (!history.isEmpty()) {
      long version = history.get(history.size() - 1).version();
      artifacts.execution().property(schema, "version", version);
    }
  }
}
