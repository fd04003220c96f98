package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import acme.Fail;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunState;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What garbage collection takes, what it keeps, and how it can be undone. */
class GarbageCollectionTest extends RunFixture {
  private static final GcPolicy ALL = GcPolicy.olderThan(Duration.ZERO).keepRuns(0);

  record Product(Path file, long factor, Path log) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Multiply(numbers, factor, log));
    }
  }

  /** Reads its input again and again until a file appears. */
  record Slow(Channel<Numbers> numbers, Path go, Path log)
      implements InlineComponent<Channel<Numbers>> {
    @Override
    public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
      Files.writeString(log, "started");
      while (!Files.exists(go)) {
        artifacts.of(numbers).read();
        artifacts.execution().throwIfCancelled();
        Thread.sleep(1);
      }
      artifacts.of(out).write(artifacts.of(numbers).read());
    }
  }

  record Reading(Path file, Path go, Path log) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Slow(p.add(new ReadNumbers(file)), go, log));
    }
  }

  private GarbageCollection gc() {
    return GarbageCollection.in(workspace);
  }

  private RunResult product(long factor) {
    return run(new Product(file, factor, folder));
  }

  private GarbageCollection later(Duration by) {
    return GarbageCollection.in(workspace, Clock.offset(Clock.systemUTC(), by));
  }

  private static List<Long> ids(List<ArtifactRecord> artifacts) {
    return artifacts.stream().map(ArtifactRecord::id).toList();
  }

  private ArtifactState state(ArtifactRecord artifact) {
    return workspace.store().artifact(artifact.id()).orElseThrow().state();
  }

  @Test
  void aDryRunSaysWhatWouldGoAndChangesNothing() {
    RunResult old = product(2);
    RunResult newest = product(3);
    ArtifactRecord oldProduct = artifact(old, "multiply", "numbers");

    GcPlan plan =
        later(Duration.ofDays(31)).plan(GcPolicy.olderThan(Duration.ofDays(30)).keepRuns(1));

    assertThat(plan.remove()).extracting(GcPlan.Item::artifact).containsExactly(oldProduct);
    assertThat(plan.remove().get(0).why()).startsWith("last used ").endsWith(old.runId());
    assertThat(plan.bytes()).isEqualTo(oldProduct.bytes()).isPositive();
    assertThat(plan.keep())
        .extracting(GcPlan.Item::why)
        .containsOnly("run %s, one of the newest, uses it".formatted(newest.runId()))
        .hasSize(2);
    assertThat(state(oldProduct)).isEqualTo(ArtifactState.LIVE);
    assertThat(gc().marked()).isEmpty();
  }

  @Test
  void whatIsYoungerStays() {
    product(2);
    product(3);

    assertThat(
            later(Duration.ofDays(29))
                .plan(GcPolicy.olderThan(Duration.ofDays(30)).keepRuns(0))
                .remove())
        .isEmpty();
  }

  @Test
  void theNewestRunKeepsWhatItUsesHoweverFewAreKept() {
    product(2);
    RunResult newest = product(2);

    assertThat(later(Duration.ofDays(1)).plan(ALL).remove())
        .as("cached results are in use as well: %s", newest)
        .isEmpty();
  }

  @Test
  void onlyRunsInTheGivenStatesGiveUpTheirArtifacts() {
    product(2);
    product(3);

    assertThat(gc().plan(ALL.states(Set.of(RunState.FAILED))).remove()).isEmpty();
    assertThat(gc().plan(ALL.states(Set.of(RunState.SUCCEEDED))).remove()).hasSize(1);
    assertThat(gc().plan(ALL.pipeline("other")).remove()).isEmpty();
  }

  @Test
  void p8MarkedArtifactsAreHiddenUndoableAndDeletedAfterTheirGrace() throws IOException {
    ArtifactRecord old = artifact(product(2), "multiply", "numbers");
    product(3);
    Duration day = Duration.ofDays(1);

    assertThat(ids(gc().mark(ALL).done())).containsExactly(old.id());
    assertThat(gc().marked()).extracting(GarbageCollection.Marked::artifact).containsExactly(old);
    assertThat(gc().delete(day).done()).as("within its grace").isEmpty();
    assertThat(gc().undo()).containsExactly(old.id());
    assertThat(planOf(plan(new Product(file, 2, folder)), "multiply")).containsExactly("cached");

    gc().mark(ALL);
    assertThat(planOf(plan(new Product(file, 2, folder)), "multiply"))
        .containsExactly("cached output 'numbers' cannot be used: it was deleted");
    assertThat(old.directory()).isDirectory();
    assertThat(ids(later(day).delete(day).done())).containsExactly(old.id());
    assertThat(old.directory()).doesNotExist();
    assertThat(state(old)).isEqualTo(ArtifactState.DELETED);
    assertThat(strayFiles()).isEmpty();
    assertThat(workspace.store().eventsOfArtifacts(List.of(old.id())))
        .as("lineage stays")
        .isNotEmpty();
    assertThat(gc().undo(List.of(old.id()))).isEmpty();
  }

  @Test
  void p8WhatWasDeletedIsMadeAnewWhenItIsNeeded() throws IOException {
    ArtifactRecord old = artifact(product(2), "multiply", "numbers");
    product(3);
    gc().mark(ALL);
    gc().delete(Duration.ZERO);

    RunResult again = product(2);

    assertThat(state(old)).isEqualTo(ArtifactState.DELETED);
    assertThat(outcomes(again)).containsExactly("read-numbers=Cached", "multiply=Completed");
    assertThat(outcomes(product(2))).containsExactly("read-numbers=Cached", "multiply=Cached");
  }

  @Test
  void p8AnAliasProtectsAndAnAliasedArtifactIsNotMarked() throws IOException {
    ArtifactRecord old = artifact(product(2), "multiply", "numbers");
    product(3);
    Aliases.in(workspace).point(old, "champion", "ann");

    GcPlan plan = gc().plan(ALL);

    assertThat(plan.remove()).isEmpty();
    assertThat(plan.keep().stream().filter(item -> item.artifact().id() == old.id()))
        .extracting(GcPlan.Item::why)
        .containsExactly("alias 'champion' of %s points at it".formatted(old.pipeline()));
    assertThat(gc().mark(ALL).done()).isEmpty();
  }

  @Test
  void p8AnAliasThatComesBetweenMarkAndDeleteIsRefusedAndNothingIsLost() throws IOException {
    ArtifactRecord old = artifact(product(2), "multiply", "numbers");
    product(3);
    gc().mark(ALL);

    assertThatThrownBy(() -> Aliases.in(workspace).point(old, "champion", "ann"))
        .hasMessageContaining("it is MARKED_FOR_DELETION");
    gc().undo(List.of(old.id()));
    Aliases.in(workspace).point(old, "champion", "ann");
    assertThat(gc().delete(Duration.ZERO).done()).isEmpty();
    assertThat(old.directory()).isDirectory();
  }

  @Test
  void f9CollectionDuringARunTakesNothingThatTheRunReads() throws Exception {
    ArtifactRecord old = artifact(product(2), "multiply", "numbers");
    product(3);
    Path go = folder.resolve("go");
    Path started = folder.resolve("started");
    numbers(4, 5, 6);
    CompletableFuture<RunResult> running = beside(() -> run(new Reading(file, go, started)));
    await().until(() -> Files.exists(started));
    Path other = Files.writeString(folder.resolve("other.txt"), Numbers.text(List.of(9L)));
    Path open = Files.writeString(folder.resolve("open"), "");
    run(new Reading(other, open, folder.resolve("other-started")));

    assertThat(gc().plan(ALL).keep())
        .extracting(GcPlan.Item::why)
        .anyMatch(why -> why.endsWith("is not over and uses it"));
    for (int i = 0; i < 10; i++) {
      gc().mark(ALL);
      gc().delete(Duration.ZERO);
    }
    Files.writeString(go, "");

    RunResult result = running.get();
    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(state(old)).isEqualTo(ArtifactState.DELETED);
    assertThat(artifact(result, "slow", "numbers").directory()).isDirectory();
    assertThat(artifact(result, "read-numbers", "numbers").directory()).isDirectory();
  }

  @Test
  void f9CollectionsAtOnceDeleteEachArtifactOnce() throws Exception {
    for (long factor = 1; factor <= 12; factor++) {
      product(factor);
    }
    List<CompletableFuture<Integer>> collections = new java.util.ArrayList<>();
    for (int i = 0; i < 4; i++) {
      collections.add(
          beside(
              () -> {
                try (Workspace own = Workspace.open(workspace.home())) {
                  GarbageCollection.in(own).mark(ALL);
                  return GarbageCollection.in(own).delete(Duration.ZERO).done().size();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }));
    }
    int deleted = 0;
    for (CompletableFuture<Integer> collection : collections) {
      deleted += collection.get();
    }

    assertThat(deleted).isEqualTo(11);
    assertThat(strayFiles()).isEmpty();
    assertThat(workspace.store().marks().deletedWithFiles()).isEmpty();
  }

  @Test
  void aFailedRunWhoseResultsWereDeletedIsNotResumed() throws IOException {
    RunResult failed = run(new Failing(file, folder, 1));
    assertThat(failed).isInstanceOf(RunResult.Failed.class);
    numbers(7, 8);
    run(new Failing(file, folder, 1));
    gc().mark(ALL);
    gc().delete(Duration.ZERO);
    numbers(1, 2, 3);

    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .resume(
                        failed.runId(),
                        PipelineBuilder.build(new Failing(file, folder, 1)),
                        RunOptions.defaults(),
                        RunListener.none()))
        .hasMessage(
            "Cannot resume run %s: output 'numbers' of node 'read-numbers' was deleted. Start a new"
                    .formatted(failed.runId())
                + " run; what is unchanged comes from the cache.");
    assertThat(workspace.store().leases().current(Lease.ofRun(failed.runId()))).isEmpty();
  }

  record Failing(Path file, Path log, int times) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Fail(p.add(new ReadNumbers(file)), times, false, log));
    }
  }

  @Test
  void filesOutsideTheWorkspaceAreLeftAlone() throws IOException {
    ArtifactRecord old = artifact(product(2), "multiply", "numbers");
    product(3);
    var stored = workspace.store().artifact(old.id()).orElseThrow();
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    workspace.store().updateArtifact(stored, stored.draft().uri("../elsewhere"));

    assertThat(gc().plan(ALL).remove()).isEmpty();
    assertThat(gc().plan(ALL).keep())
        .extracting(GcPlan.Item::why)
        .contains("its files are not in this workspace");
    assertThat(elsewhere).isDirectory();
  }
}
