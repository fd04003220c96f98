package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Fail;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Split;
import acme.TellEnd;
import acme.TrainNumbers;
import acme.WarmStart;
import io.pergola.artifact.Model;
import io.pergola.metadata.RunState;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * F2: the i-th operation on files fails, of everything that a run, a resumed run, a collection or a
 * check does in a workspace, and of what components do there. The short form takes every few i,
 * {@code -Pfault-campaign} every one. After each: nothing half is on record, whoever asked was told
 * cause and remedy or got all of it, and on a healed disk the same succeeds.
 */
class FileFaultTest {
  private static final int NONE = Integer.MAX_VALUE;
  private static final boolean CAMPAIGN = Boolean.getBoolean("pergola.fault-campaign");
  private static final RunOptions ONCE =
      RunOptions.defaults().retries(RetryPolicy.none()).parallelNodes(1);

  @TempDir Path folder;

  record Pipeline(Path file, Path log, int failures) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Split.Outputs parts = p.add(new Split(numbers, 1, log));
      p.add(new Multiply(parts.large(), 7, log));
      p.add(new TrainNumbers(numbers, 2));
      p.add(new WarmStart(p.add(Resolve.latest(Model.class))));
      p.add(new Fail(numbers, failures, false, log));
      p.onExit(new TellEnd(numbers, log, 0));
    }
  }

  /** What is done while the disk fails. */
  private interface Doing {
    /** Returns why it did not succeed, empty if it did. */
    String in(Workspace workspace, BuiltPipeline pipeline) throws IOException;
  }

  /** What the workspace holds at first, and what is done then. */
  enum Deed {
    RUN(FileFaultTest::nothing, FileFaultTest::run),
    CACHED_RUN(FileFaultTest::twice, FileFaultTest::run),
    RESUME(FileFaultTest::failed, FileFaultTest::resume),
    COLLECT(FileFaultTest::marked, FileFaultTest::collect),
    CHECK(FileFaultTest::littered, FileFaultTest::check);

    private final Doing before;
    private final Doing then;

    Deed(Doing before, Doing then) {
      this.before = before;
      this.then = then;
    }
  }

  private static String nothing(Workspace workspace, BuiltPipeline pipeline) {
    return "";
  }

  private static String run(Workspace workspace, BuiltPipeline pipeline) {
    return told(PipelineRunner.in(workspace).run(pipeline, ONCE, RunListener.none()));
  }

  private static String twice(Workspace workspace, BuiltPipeline pipeline) {
    return run(workspace, pipeline) + run(workspace, pipeline);
  }

  private static String failed(Workspace workspace, BuiltPipeline pipeline) throws IOException {
    assertThat(run(workspace, pipeline)).contains("the number of failures is 1");
    String run = workspace.history().runs(1).get(0).id();
    Path scratch = workspace.home().resolve("scratch").resolve(run).resolve("fail-1");
    Files.createDirectories(scratch);
    Files.writeString(scratch.resolve("half"), "1");
    return "";
  }

  private static String resume(Workspace workspace, BuiltPipeline pipeline) {
    RunRecord newest = workspace.history().runs(1).get(0);
    if (newest.state() == RunRecord.State.SUCCEEDED) {
      return "";
    }
    return told(
        PipelineRunner.in(workspace).resume(newest.id(), pipeline, ONCE, RunListener.none()));
  }

  private static String marked(Workspace workspace, BuiltPipeline pipeline) {
    run(workspace, pipeline);
    PipelineRunner.in(workspace).run(pipeline, ONCE.withoutCache(), RunListener.none());
    GarbageCollection gc = GarbageCollection.in(workspace);
    assertThat(gc.mark(GcPolicy.olderThan(Duration.ZERO).keepRuns(0)).done()).hasSize(7);
    return "";
  }

  private static String collect(Workspace workspace, BuiltPipeline pipeline) throws IOException {
    GarbageCollection.in(workspace).delete(Duration.ZERO);
    return "";
  }

  private static String littered(Workspace workspace, BuiltPipeline pipeline) throws IOException {
    run(workspace, pipeline);
    List<ArtifactRecord> artifacts =
        workspace.history().artifactsOf(workspace.history().runs(1).get(0).id());
    Files.writeString(artifacts.get(0).directory().resolve("more.txt"), "");
    Path output = artifacts.get(1).directory().getParent();
    Files.createDirectories(output.resolve(".tmp-999-1"));
    Files.writeString(output.resolve(".tmp-999-1/half.txt"), "1");
    Files.createDirectories(output.resolve("998"));
    Files.writeString(output.resolve("998/whole.txt"), "1");
    Files.createDirectories(workspace.home().resolve("scratch/gone-run/x"));
    return "";
  }

  private static String check(Workspace workspace, BuiltPipeline pipeline) throws IOException {
    WorkspaceCheck check = WorkspaceCheck.of(workspace);
    return String.join(
        "; ",
        check.mend(check.findings(WorkspaceCheck.Depth.ALL_CONTENT)).stream()
            .filter(mended -> !mended.mended())
            .map(WorkspaceCheck.Mended::text)
            .toList());
  }

  private static String told(RunResult result) {
    return result instanceof RunResult.Failed failure ? failure.cause().line() : "";
  }

  @BeforeEach
  void writeNumbers() throws IOException {
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
  }

  @ParameterizedTest
  @EnumSource
  void f2_anyFileOperationThatFailsLeavesAWholeWorkspaceAndIsTold(Deed deed) throws IOException {
    Path template = folder.resolve("template");
    FaultyFiles disk = new FaultyFiles();
    Path file = disk.path(folder.resolve("numbers.txt"));
    BuiltPipeline pipeline =
        PipelineBuilder.build(new Pipeline(file, folder, deed == Deed.RESUME ? 1 : 0));
    try (Workspace workspace = Workspace.open(template)) {
      deed.before.in(workspace, pipeline);
    }
    TreeMap<String, Integer> messages = new TreeMap<>();
    int points = 0;
    int tolerated = 0;
    for (FaultyFiles.Kind kind : FaultyFiles.Kind.values()) {
      int operations = attempt(deed, pipeline, disk, template, kind, NONE).count();
      int stride = CAMPAIGN ? 1 : kind == FaultyFiles.Kind.EIO ? 29 : 67;
      for (int i = 1; i <= operations; i += stride) {
        Attempt attempt = attempt(deed, pipeline, disk, template, kind, i);
        if (!attempt.struck()) {
          // waiting and polling need a few operations more or less each time
          assertThat(i)
              .as("%s %s of %d", deed, kind, operations)
              .isGreaterThan(operations * 9 / 10);
          break;
        }
        points++;
        if (attempt.told().isEmpty()) {
          tolerated++;
        } else {
          messages.merge(
              attempt.told().replaceAll("\\d+", "9").replaceAll("/\\S+", "/"), 1, Integer::sum);
        }
      }
    }
    System.out.printf("F2 %s: %d operations failed, %d without harm%n", deed, points, tolerated);
    if (CAMPAIGN) {
      messages.forEach((message, times) -> System.out.println("   " + times + " " + message));
    }
  }

  record Attempt(int count, boolean struck, String told) {}

  /** Does the deed in a copy of the template with one failing operation, and then without. */
  private Attempt attempt(
      Deed deed,
      BuiltPipeline pipeline,
      FaultyFiles disk,
      Path template,
      FaultyFiles.Kind kind,
      int failing)
      throws IOException {
    Path home = folder.resolve("home");
    copy(template, home);
    Files.deleteIfExists(folder.resolve("ran.log"));
    if (deed == Deed.RESUME) {
      Files.writeString(folder.resolve("ran.log"), "fail\n");
    }
    disk.arm(kind, failing);
    String told;
    try (Workspace workspace = Workspace.open(disk.path(home))) {
      told = deed.then.in(workspace, pipeline);
    } catch (IOException | InfrastructureException | RunRefusedException e) {
      told = String.valueOf(e.getMessage());
    }
    int count = disk.count();
    disk.heal();
    String what = "%s %s %d: %s, told '%s'".formatted(deed, kind, failing, disk.last(), told);
    boolean struck = disk.struck();
    try (Workspace workspace = Workspace.open(home)) {
      if (deed != Deed.CHECK) {
        assertThat(Invariants.violations(workspace)).as(what).isEmpty();
      }
      if (!struck || kind == FaultyFiles.Kind.SHORT_WRITE) {
        assertThat(told).as(what).isEmpty();
      }
      if (!told.isEmpty()) {
        assertThat(told).as(what).matches("(?s).*\\S\\. [A-Z].*");
      }
      assertThat(deed.then.in(workspace, pipeline)).as("again, after %s", what).isEmpty();
      check(workspace, pipeline);
      assertThat(Invariants.violationsAtRest(workspace)).as(what).isEmpty();
      assertThat(WorkspaceCheck.of(workspace).findings(WorkspaceCheck.Depth.ALL_CONTENT))
          .as(what)
          .isEmpty();
      if (deed == Deed.COLLECT) {
        assertThat(workspace.store().marks().deletedWithFiles()).as(what).isEmpty();
        assertThat(workspace.home().resolve("orphans")).as(what).doesNotExist();
      }
      assertThat(workspace.store().runs().latest("pipeline"))
          .as(what)
          .hasValueSatisfying(run -> assertThat(run.state()).isEqualTo(RunState.SUCCEEDED));
    }
    return new Attempt(count, struck, told);
  }

  private static void copy(Path template, Path home) throws IOException {
    if (Files.exists(home)) {
      Workspace.delete(home);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(template)) {
      all.forEach(files::add);
    }
    for (Path file : files) {
      Files.copy(file, home.resolve(template.relativize(file).toString()));
    }
  }
}
