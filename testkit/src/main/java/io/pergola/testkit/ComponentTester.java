package io.pergola.testkit;

import io.pergola.artifact.Examples;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.RunContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;

/**
 * Runs a component on a handful of rows, in this JVM and without a metadata store, and checks what
 * every component must be able to do:
 *
 * <pre>{@code
 * ComponentTester<Trip, Channel<Examples<Trip>>> longTrips =
 *     ComponentTester.in(folder)
 *         .rows(Trip.class, trip(1f), trip(3f))
 *         .of(trips -> new LongTrips(trips, 2.5));
 *
 * assertThat(longTrips.run().rows(Trip.class)).containsExactly(trip(3f));
 * longTrips.check();
 * }</pre>
 *
 * @param <R> the record class of the given rows
 * @param <O> the component's outputs
 */
public final class ComponentTester<R, O> {
  private final Path folder;
  private final GivenExamples<R> given;
  private final ComponentJob<R, O> job;

  private ComponentTester(Path folder, GivenExamples<R> given, ComponentJob<R, O> job) {
    this.folder = folder;
    this.given = given;
    this.job = job;
  }

  /** Starts a test whose files go to an empty folder, such as JUnit's {@code @TempDir}. */
  public static In in(Path folder) {
    return new In(folder);
  }

  /** A test that has a folder. */
  public static final class In {
    private final Path folder;

    private In(Path folder) {
      this.folder = folder;
    }

    /** Rows of the split {@code train}. */
    @SafeVarargs
    public final <R> Given<R> rows(Class<R> type, R... rows) {
      return new Given<>(folder, GivenExamples.of(type).and("train", List.of(rows)));
    }
  }

  /** A test that has rows. */
  public static final class Given<R> {
    private final Path folder;
    private final GivenExamples<R> examples;

    private Given(Path folder, GivenExamples<R> examples) {
      this.folder = folder;
      this.examples = examples;
    }

    /** More rows, of any split. */
    @SafeVarargs
    public final Given<R> split(String name, R... rows) {
      return new Given<>(folder, examples.and(name, List.of(rows)));
    }

    /**
     * Adds the component.
     *
     * @param component takes the channel of the given rows
     * @throws io.pergola.pipeline.PipelineException if a pipeline with the component cannot be
     *     built
     */
    public <O> ComponentTester<R, O> of(
        Function<Channel<Examples<R>>, ? extends Component<O>> component) {
      return new ComponentTester<>(
          folder, examples, new ComponentJob<>(given -> component.apply(given.examples())));
    }
  }

  /** The same in a run that knows this of time; default no interval, as of 2001-01-01. */
  public ComponentTester<R, O> in(RunContext context) {
    return new ComponentTester<>(folder, given, job.in(context));
  }

  /**
   * Runs the component on the given rows; what the component throws is thrown.
   *
   * @throws IllegalStateException if the component throws a checked exception, which is the cause
   */
  public ComponentRun<O> run() {
    try {
      return run(job, given, Files.createTempDirectory(folder, "run-"));
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to %s. Free it.".formatted(folder), e);
    }
  }

  static <R, O> ComponentRun<O> run(ComponentJob<R, O> job, GivenExamples<R> given, Path folder) {
    try {
      return job.run(given, folder);
    } catch (PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The component failed: " + e.getMessage(), e);
    }
  }

  /**
   * Checks what every component must be able to do. It is the same after serialisation, it gives
   * the same output twice and whatever the order of rows and their spread over files, it takes
   * splits without rows, and it takes rows with missing values: each component of the row's record
   * that is not primitive, missing in every row in turn. Its code reads neither the clock nor an
   * unseeded random number.
   *
   * <p>Output that is examples is compared row by row in any order, every other file by its bytes.
   *
   * @throws AssertionError naming every check that fails, and how
   */
  public void check() {
    check(Check.values());
  }

  /** Some of the checks of {@link #check()}. */
  public void check(Check... checks) {
    try {
      new ComponentChecks<>(Files.createTempDirectory(folder, "check-"), given, job)
          .run(List.of(checks));
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to %s. Free it.".formatted(folder), e);
    }
  }

  /** What {@link ComponentTester#check()} looks at. */
  public enum Check {
    /** A copy that was serialised has the same parameters and the same output. */
    SERIALIZABLE,
    /** A second run has the same output. */
    REPEATABLE,
    /** Rows in another order have the same output. */
    ANY_ORDER,
    /** Rows in many files have the same output. */
    ANY_BUNDLING,
    /** Splits without rows are taken. */
    EMPTY_INPUT,
    /** Missing values are taken. */
    MISSING_VALUES,
    /**
     * Its own code, and that of its lambdas, reads neither the clock nor an unseeded generator:
     * {@link io.pergola.fingerprint.ClockReads}.
     */
    NO_CLOCK
  }
}
