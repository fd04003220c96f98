package io.pergola.validation;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compares the statistics of every split with a schema, and with earlier statistics as far as the
 * schema says, and stops the run if they break it.
 *
 * @param statistics of the examples
 * @param schema what is expected
 * @param environment where the examples come from, such as {@code SERVING}; empty if all features
 *     are expected
 * @param previousSpan what drift is measured from
 * @param serving what skew is measured from
 * @param previousVersion the same span as it was before
 * @param onError what anomalies of severity ERROR lead to
 * @param slices whether those of the statistics are validated as well
 */
@BuiltIn
public record ExampleValidator(
    Channel<Statistics> statistics,
    Channel<Schema> schema,
    Optional<String> environment,
    Optional<OptionalChannel<Statistics>> previousSpan,
    Optional<OptionalChannel<Statistics>> serving,
    Optional<OptionalChannel<Statistics>> previousVersion,
    OnError onError,
    Slices slices)
    implements InlineComponent<Channel<Anomalies>> {

  /** What anomalies of severity ERROR lead to. */
  public enum OnError {
    STOP_RUN,
    REPORT
  }

  /** What is done about the slices of statistics. */
  public enum Slices {
    IGNORED,
    VALIDATED
  }

  /** Validates, and stops the run on anomalies of severity ERROR. */
  public static ExampleValidator of(Channel<Statistics> statistics, Channel<Schema> schema) {
    return new ExampleValidator(
        statistics,
        schema,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OnError.STOP_RUN,
        Slices.IGNORED);
  }

  /** Expects the features of an environment only. Default: all features. */
  public ExampleValidator environment(String name) {
    return with(draft -> draft.environment = Optional.of(name));
  }

  /**
   * Measures drift from the previous span, as far as the schema limits it. Splits of the same name
   * are compared; a single split is compared with all. Default: no drift is measured.
   */
  public ExampleValidator driftAgainst(OptionalChannel<Statistics> span) {
    return with(draft -> draft.previousSpan = Optional.of(span));
  }

  /** Measures skew from serving data, as far as the schema limits it. Default: no skew is. */
  public ExampleValidator skewAgainst(OptionalChannel<Statistics> servingData) {
    return with(draft -> draft.serving = Optional.of(servingData));
  }

  /** Measures skew from serving data, as far as the schema limits it. Default: no skew is. */
  public ExampleValidator skewAgainst(Channel<Statistics> servingData) {
    return skewAgainst(servingData.optional());
  }

  /** Compares the number of examples with that of the same span before. Default: does not. */
  public ExampleValidator previousVersion(OptionalChannel<Statistics> version) {
    return with(draft -> draft.previousVersion = Optional.of(version));
  }

  /** Only reports anomalies; the run goes on. Default: it stops. */
  public ExampleValidator reportingOnly() {
    return with(draft -> draft.onError = OnError.REPORT);
  }

  /**
   * Validates every slice of the statistics, too; anomalies say which one they are of. Limits of
   * numbers of examples and of distinct values are of splits only. Default: splits only.
   */
  public ExampleValidator everySlice() {
    return with(draft -> draft.slices = Slices.VALIDATED);
  }

  private ExampleValidator with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** A copy under change. */
  private static final class Draft {
    private Channel<Statistics> statistics;
    private Channel<Schema> schema;
    private Optional<String> environment;
    private Optional<OptionalChannel<Statistics>> previousSpan;
    private Optional<OptionalChannel<Statistics>> serving;
    private Optional<OptionalChannel<Statistics>> previousVersion;
    private OnError onError;
    private Slices slices;

    Draft(ExampleValidator from) {
      statistics = from.statistics;
      schema = from.schema;
      environment = from.environment;
      previousSpan = from.previousSpan;
      serving = from.serving;
      previousVersion = from.previousVersion;
      onError = from.onError;
      slices = from.slices;
    }

    ExampleValidator done() {
      return new ExampleValidator(
          statistics, schema, environment, previousSpan, serving, previousVersion, onError, slices);
    }
  }

  @Override
  public boolean isGate() {
    return onError == OnError.STOP_RUN;
  }

  @Override
  public void run(Artifacts artifacts, Channel<Anomalies> out) {
    DataAnomalies found =
        Validation.validate(
            StatisticsFile.read(artifacts.of(statistics).directory()),
            SchemaFile.read(artifacts.of(schema).directory()),
            new ValidationContext(
                environment,
                read(artifacts, previousSpan),
                read(artifacts, serving),
                read(artifacts, previousVersion),
                slices));
    AnomaliesFile.write(found, artifacts.of(out).directory());

    List<Anomaly> errors = found.of(Severity.ERROR);
    artifacts.execution().property(out, "errors", (long) errors.size());
    artifacts.execution().property(out, "warnings", (long) found.of(Severity.WARNING).size());
    if (!errors.isEmpty() && onError == OnError.STOP_RUN) {
      artifacts.execution().stopRun(reason(errors));
    }
  }

  private static Optional<DatasetStatistics> read(
      Artifacts artifacts, Optional<OptionalChannel<Statistics>> channel) {
    return channel
        .flatMap(artifacts::of)
        .map(artifact -> StatisticsFile.read(artifact.directory()));
  }

  private static String reason(List<Anomaly> errors) {
    Anomaly first = errors.get(0);
    return "The examples break their schema in %d %s, first: %s Correct the data, or make the edits of the schema that the anomalies name."
        .formatted(errors.size(), errors.size() == 1 ? "way" : "ways", first.description());
  }
}
