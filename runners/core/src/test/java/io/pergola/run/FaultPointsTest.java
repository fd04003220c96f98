package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.run.internal.FaultPoint;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * F1: no fault point without a case. Each case of the campaigns requires that its JVM was ended
 * there, so a point that nothing passes fails its case.
 */
class FaultPointsTest {
  /**
   * What is killed by F1, and the points just before and just after. The tick insert has its own,
   * in the scheduler's TickFaultContract.
   */
  private static final Map<String, List<FaultPoint>> SPECIFIED =
      Map.ofEntries(
          Map.entry(
              "run insert", List.of(FaultPoint.BEFORE_RUN_INSERT, FaultPoint.AFTER_RUN_INSERT)),
          Map.entry("lease", List.of(FaultPoint.BEFORE_RUN_INSERT, FaultPoint.AFTER_LEASE)),
          Map.entry(
              "node start", List.of(FaultPoint.BEFORE_NODE_START, FaultPoint.AFTER_NODE_START)),
          Map.entry(
              "job submit", List.of(FaultPoint.AFTER_NODE_START, FaultPoint.AFTER_JOB_SUBMIT)),
          Map.entry(
              "job id stored", List.of(FaultPoint.AFTER_JOB_SUBMIT, FaultPoint.AFTER_JOB_STORED)),
          Map.entry("tmp write", List.of(FaultPoint.AFTER_NODE_START, FaultPoint.AFTER_WRITE)),
          Map.entry("fsync", List.of(FaultPoint.AFTER_WRITE, FaultPoint.AFTER_FSYNC)),
          Map.entry(
              "rename",
              List.of(
                  FaultPoint.AFTER_FSYNC, FaultPoint.AFTER_FIRST_RENAME, FaultPoint.AFTER_RENAME)),
          Map.entry(
              "publish transaction", List.of(FaultPoint.AFTER_RENAME, FaultPoint.AFTER_PUBLISH)),
          Map.entry("run end", List.of(FaultPoint.BEFORE_RUN_END, FaultPoint.AFTER_RUN_END)),
          Map.entry(
              "alias move", List.of(FaultPoint.BEFORE_ALIAS_MOVE, FaultPoint.AFTER_ALIAS_MOVE)),
          Map.entry("gc mark", List.of(FaultPoint.BEFORE_GC_MARK, FaultPoint.AFTER_GC_MARK)),
          Map.entry(
              "gc delete",
              List.of(
                  FaultPoint.BEFORE_GC_DELETE,
                  FaultPoint.AFTER_GC_DELETE,
                  FaultPoint.AFTER_GC_RENAME,
                  FaultPoint.AFTER_GC_REMOVE)));

  private static List<String> declared() {
    return Stream.of(FaultPoint.values()).map(FaultPoint::name).toList();
  }

  @Test
  void f1_everyFaultPointIsHitByTheShortFormOfACampaign() {
    assertThat(Stream.concat(FaultCampaignIT.points().stream(), GcFaultIT.points().stream()))
        .containsExactlyInAnyOrderElementsOf(declared());
  }

  @Test
  void f1_everyFaultPointIsBeforeOrAfterSomethingThatTheSpecificationNames() {
    assertThat(SPECIFIED.values().stream().flatMap(List::stream).map(FaultPoint::name).distinct())
        .containsExactlyInAnyOrderElementsOf(declared());
  }
}
