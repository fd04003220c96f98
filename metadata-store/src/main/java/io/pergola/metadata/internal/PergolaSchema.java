package io.pergola.metadata.internal;

import java.util.List;
import java.util.stream.Stream;

/**
 * Our own tables from version 2 on, in SQL that every {@link Dialect} understands: {@code BIGINT}
 * for ids, counts and instants in milliseconds, natural keys, no generated numbers.
 */
final class PergolaSchema {
  private PergolaSchema() {}

  /** The statements that bring version 1 to version 2. */
  static List<String> version2() {
    return Stream.of(
            CommitRows.DDL,
            DeploymentRows.DDL,
            NotificationRows.DDL,
            MarkRows.DDL,
            RunQueueRows.DDL,
            ScheduleRows.DDL,
            BackfillRows.DDL)
        .flatMap(List::stream)
        .toList();
  }
}
