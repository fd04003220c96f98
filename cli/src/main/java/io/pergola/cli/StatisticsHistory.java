package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.pipeline.DataInterval;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunHistory;
import io.pergola.run.RunRecord;
import io.pergola.validation.LimitCalibration.Day;
import io.pergola.validation.StatisticsFile;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The statistics that runs of a pipeline left, day by day.
 *
 * @param node whose statistics are meant; empty for the first one of each run
 * @param servingNode whose statistics are those of serving data
 */
record StatisticsHistory(RunHistory history, Optional<String> node, Optional<String> servingNode) {

  /** The days in order; of several attempts at an interval, the newest. */
  List<Day> days(List<RunRecord> newestFirst) {
    SortedMap<Instant, Day> days = new TreeMap<>();
    Set<Long> seen = new HashSet<>();
    for (RunRecord run : newestFirst) {
      Optional<DataInterval> interval = run.context().interval();
      Instant at = interval.map(DataInterval::start).orElse(run.started());
      if (days.containsKey(at)) {
        continue;
      }
      List<ArtifactRecord> all =
          history.artifactsOf(run.id()).stream()
              .filter(artifact -> artifact.type().equals(StatisticsCommand.TYPE))
              .filter(
                  artifact ->
                      Files.isRegularFile(artifact.directory().resolve(StatisticsFile.NAME)))
              .toList();
      Optional<ArtifactRecord> statistics =
          all.stream()
              .filter(artifact -> !isOf(servingNode, artifact))
              .filter(artifact -> node.isEmpty() || isOf(node, artifact))
              .findFirst();
      if (statistics.isPresent() && (interval.isPresent() || seen.add(statistics.get().id()))) {
        days.put(
            at,
            new Day(
                interval.map(StatisticsHistory::name).orElseGet(() -> Text.time(run.started())),
                StatisticsFile.read(statistics.get().directory()),
                all.stream()
                    .filter(artifact -> isOf(servingNode, artifact))
                    .findFirst()
                    .map(artifact -> StatisticsFile.read(artifact.directory()))));
      }
    }
    return List.copyOf(days.values());
  }

  private static boolean isOf(Optional<String> wanted, ArtifactRecord artifact) {
    return wanted.filter(artifact.node()::equals).isPresent();
  }

  private static String name(DataInterval interval) {
    ZonedDateTime start = interval.start().atZone(interval.zone());
    return start.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? start.toLocalDate().toString()
        : start.toLocalDateTime().toString();
  }
}
