package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import acme.BeamDriving;
import acme.BeamFail;
import acme.BeamGated;
import acme.BeamSquares;
import acme.BeamWait;
import acme.Counts;
import acme.Meet;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Split;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every engine does with the same pipelines: the same artifacts, failures and ends. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class EngineContract {
  @TempDir Path folder;
  private Workspace workspace;

  /** The engine under test; the subclass closes it after all tests. */
  protected abstract Engine engine();

  /** Squares of numbers by a Beam job, parted by an inline component. */
  record Squares(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      BeamSquares.Outputs squares = p.add(new BeamSquares(numbers));
      p.add(new Split(squares.squares(), 100, file.getParent()));
    }
  }

  /** Numbers, doubled by one job after the other. */
  record Driven(Path file, int rounds) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamDriving(p.add(new ReadNumbers(file)), rounds));
    }
  }

  record Failing(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamFail(p.add(new ReadNumbers(file))));
    }
  }

  record Waiting(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamWait(p.add(new ReadNumbers(file)), file.getParent()));
    }
  }

  record GatedJob(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Path folder = file.getParent();
      p.add(new BeamGated(p.add(new ReadNumbers(file)), folder, folder.resolve("go")));
    }
  }

  @BeforeEach
  void openWorkspace() {
    workspace = Workspace.open(folder.resolve("home"));
  }

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  @Test
  void publishesTheContentThatTheFormulaGives() throws Exception {
    RunResult result = run(new Squares(numbers(1, 50)));

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    List<Long> squares = LongStream.rangeClosed(1, 50).map(n -> n * n).boxed().toList();
    long sum = 50L * 51 * 101 / 6;
    Map<String, String> hashes = new TreeMap<>();
    workspace
        .history()
        .artifactsOf(result.runId())
        .forEach(a -> hashes.put(a.node() + "." + a.output(), a.contentHash()));
    assertThat(hashes)
        .containsEntry("beam-squares.squares", hashOf(Numbers.text(squares)))
        .containsEntry("beam-squares.sum", hashOf(Numbers.text(List.of(sum))))
        .containsEntry("split.small", hashOf(Numbers.text(squares.subList(0, 10))));
  }

  @Test
  void countsRowsOfTheJob() throws Exception {
    RunResult result = run(new Squares(numbers(1, 50)));

    NodeOutcome.Completed squares =
        (NodeOutcome.Completed) result.outcome("beam-squares").orElseThrow();
    assertThat(squares.rows()).isEqualTo(50);
    assertThat(workspace.history().nodes(result.runId()))
        .filteredOn(node -> node.node().equals("beam-squares"))
        .singleElement()
        .satisfies(node -> assertThat(node.rows()).isEqualTo(50))
        .satisfies(node -> assertThat(node.state()).isEqualTo(NodeRecord.State.COMPLETED));
  }

  @Test
  void aComponentMayRunOneJobAfterTheOther() throws Exception {
    RunResult result = run(new Driven(numbers(1, 50), 3));

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    NodeOutcome.Completed driven =
        (NodeOutcome.Completed) result.outcome("beam-driving").orElseThrow();
    List<Long> eightfold = LongStream.rangeClosed(1, 50).map(n -> 8 * n).boxed().toList();
    assertThat(driven.outputs())
        .singleElement()
        .satisfies(a -> assertThat(a.contentHash()).isEqualTo(hashOf(Numbers.text(eightfold))));
    assertThat(driven.rows()).isEqualTo(3 * 50);
  }

  @Test
  void rowsAreCompleteThoughProgressWasAskedForBefore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    RunListener listener =
        new RunListener() {
          @Override
          public void nodeProgress(String node, long rows, double rate, String message) {
            if (node.equals("beam-gated") && asked.incrementAndGet() == 4) {
              createQuietly(folder.resolve("go"));
            }
          }
        };
    RunResult result =
        PipelineRunner.in(workspace)
            .on(engine())
            .run(
                PipelineBuilder.build(new GatedJob(numbers(1, 3))),
                RunOptions.defaults(),
                listener);

    NodeOutcome.Completed gated =
        (NodeOutcome.Completed) result.outcome("beam-gated").orElseThrow();
    assertThat(gated.rows()).isEqualTo(1);
  }

  @Test
  void secondRunIsServedFromCache() throws Exception {
    Path file = numbers(1, 10);
    RunResult first = run(new Squares(file));
    RunResult second = run(new Squares(file));

    assertThat(second.outcomes()).allMatch(NodeOutcome.Cached.class::isInstance);
    assertThat(workspace.history().artifactsOf(second.runId()))
        .isEqualTo(workspace.history().artifactsOf(first.runId()));
  }

  @Test
  void emptyInputGivesEmptyOutputs() throws Exception {
    RunResult result = run(new Squares(numbers(1, 0)));

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(workspace.history().artifactsOf(result.runId()))
        .extracting(a -> a.node() + "." + a.output())
        .containsExactly(
            "read-numbers.numbers",
            "beam-squares.squares",
            "beam-squares.sum",
            "split.small",
            "split.large");
  }

  @Test
  void failureNamesTheAuthorsLine() throws Exception {
    RunResult result = run(new Failing(numbers(1, 3)));

    assertThat(result).isInstanceOf(RunResult.Failed.class);
    NodeFailedException cause = ((RunResult.Failed) result).cause();
    assertThat(cause.line())
        .isEqualTo("Node 'beam-fail' failed: Arithmetic.java:8: ArithmeticException: / by zero");
    assertThat(cause.getCause()).isInstanceOf(UserCodeException.class);
    assertThat(cause.getCause().getStackTrace()[0].getMethodName()).isEqualTo("divide");
    assertThat(workspace.history().artifactsOf(result.runId()))
        .extracting(ArtifactRecord::node)
        .containsExactly("read-numbers");
  }

  @Test
  void cancelEndsTheJobAndIsTerminal() throws Exception {
    PipelineDefinition pipeline = new Waiting(numbers(1, 3));
    CompletableFuture<RunResult> result = new CompletableFuture<>();
    Thread runner =
        new Thread(
            () -> {
              try {
                result.complete(run(pipeline));
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    runner.start();
    await().atMost(Duration.ofSeconds(60)).until(() -> Counts.read(folder).contains("waiting"));
    runner.interrupt();

    RunResult cancelled = result.get(30, TimeUnit.SECONDS);
    assertThat(cancelled).isInstanceOf(RunResult.Cancelled.class);
    await().atMost(Duration.ofSeconds(20)).until(() -> Counts.read(folder).contains("interrupted"));
    assertThat(workspace.history().run(cancelled.runId()).orElseThrow().state())
        .isEqualTo(RunRecord.State.CANCELLED);
  }

  @Test
  void everyNodeIsReportedToTheListener() throws Exception {
    Map<String, Integer> started = new ConcurrentHashMap<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void nodeStarted(String node, int attempt) {
            started.put(node, attempt);
          }
        };
    PipelineRunner.in(workspace)
        .on(engine())
        .run(PipelineBuilder.build(new Squares(numbers(1, 10))), RunOptions.defaults(), listener);

    assertThat(started).containsOnlyKeys("read-numbers", "beam-squares", "split");
  }

  @Test
  void threadsOfANodeSayHowMuchItsJobDoesAtOnce() throws Exception {
    assertThat(elementsThatMeet(NodeOptions.defaults().threads(1), 500)).isZero();

    assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    assertThat(elementsThatMeet(NodeOptions.defaults().threads(2), 30_000)).isPositive();
  }

  private int elementsThatMeet(NodeOptions options, long patienceMillis) throws Exception {
    Meet.reset();
    Pipeline job = engine().newJob("meet", options);
    job.apply(Create.of(IntStream.range(0, 16).boxed().toList()))
        .apply(Reshuffle.viaRandomKey())
        .apply(ParDo.of(new Meet(patienceMillis)));
    engine()
        .run(
            job,
            new JobListener() {
              @Override
              public void submitted(String jobId) {}

              @Override
              public void rows(long soFar) {}
            });
    return Meet.met();
  }

  @Test
  void anOptionThatTheEngineDoesNotKnowIsRefusedBeforeTheRun() throws Exception {
    Path file = numbers(1, 3);
    PipelineDefinition misspelt =
        p ->
            p.with(NodeOptions.defaults().engine("paralelism", "8"))
                .add(new BeamSquares(p.add(new ReadNumbers(file))));

    assertThatThrownBy(() -> run(misspelt))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageStartingWith(
            "Cannot run node 'beam-squares': engine '%s' has no option 'paralelism'. It has "
                .formatted(engine().name()))
        .hasMessageContaining(String.join(", ", engine().nodeOptions().keySet()));
    assertThat(workspace.history().runs(1)).isEmpty();
  }

  private RunResult run(PipelineDefinition pipeline) {
    return PipelineRunner.in(workspace)
        .on(engine())
        .run(PipelineBuilder.build(pipeline), RunOptions.defaults(), RunListener.none());
  }

  private static void createQuietly(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path numbers(long from, long to) throws Exception {
    Path file = folder.resolve("numbers.txt");
    Files.writeString(file, Numbers.text(LongStream.rangeClosed(from, to).boxed().toList()));
    return file;
  }

  /** The content hash of an artifact that holds only {@code numbers.txt} with this text. */
  private static String hashOf(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    String checksum = HexFormat.of().formatHex(sha256.digest(bytes));
    String line = "numbers.txt\t" + bytes.length + "\t" + checksum + "\n";
    return HexFormat.of().formatHex(sha256.digest(line.getBytes(StandardCharsets.UTF_8)));
  }
}
