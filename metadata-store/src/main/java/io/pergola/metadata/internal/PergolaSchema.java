package io.pergola.metadata.internal;

import java.util.List;
import java.util.stream.Stream;

/**
 * Our own tables from version 2 on, in SQL that every {@link Dialect} understands: {@code BIGINT}
 * for ids, counts and instants in milliseconds, natural keys, no generated numbers.
 */
final class PergolaSchema {
  /** The newest runs of a pipeline in a state, without the others. */
  private static final List<String> INDEXES =
      List.of(
          "CREATE INDEX \"pergola_idx_run_pipeline_state\" ON \"pergola_run\""
              + "(\"pipeline\", \"state\", \"number\")");

  private PergolaSchema() {}

  /** The statements that bring version 1 to version 2. */
  static List<String> version2() {
    return Stream.of(
            INDEXES,
            CommitRows.DDL,
            DeploymentRows.DDL,
            NotificationRows.DDL,
            MarkRows.DDL,
            DeletionRows.DDL,
            RunQueueRows.DDL,
            ScheduleRows.DDL,
            PauseRows.DDL,
            TickRows.DDL,
            BackfillRows.DDL)
        .flatMap(List::stream)
        .toList();
  }
}
