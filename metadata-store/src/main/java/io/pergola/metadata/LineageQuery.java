package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How far lineage is followed.
 *
 * @param direction towards what the artifact was made from, what was made from it, or both
 * @param depth executions between the artifact and the farthest one; 0 to 100
 * @param stopAt types whose artifacts are reported but not followed further
 * @param only types to report; empty for all; the way through others is followed
 * @param stopAtArtifacts artifacts that are reported but not followed further
 * @param stopAtExecutions executions that are reported but not followed further
 * @param asOf events after this time do not count
 */
public record LineageQuery(
    Direction direction,
    int depth,
    Set<String> stopAt,
    Set<String> only,
    Optional<FilterQuery> stopAtArtifacts,
    Optional<FilterQuery> stopAtExecutions,
    Optional<Instant> asOf) {
  private static final int DEEPEST = 100;

  /** Which way from the artifact. */
  public enum Direction {
    /** What it was made from. */
    UP,
    /** What was made from it. */
    DOWN,
    /** Each on its own: the siblings of an artifact are not its lineage. */
    BOTH
  }

  public LineageQuery {
    if (depth < 0 || depth > DEEPEST) {
      throw new IllegalArgumentException(
          "Invalid lineage depth: %d (0 to %d)".formatted(depth, DEEPEST));
    }
    stopAt = Set.copyOf(stopAt);
    only = Set.copyOf(only);
  }

  /** What an artifact was made from, all the way. */
  public static LineageQuery up() {
    return towards(Direction.UP);
  }

  /** What was made from an artifact, all the way. */
  public static LineageQuery down() {
    return towards(Direction.DOWN);
  }

  /** Both ways, all the way. */
  public static LineageQuery both() {
    return towards(Direction.BOTH);
  }

  /** All the way in a direction. */
  public static LineageQuery towards(Direction direction) {
    return new LineageQuery(
        direction,
        DEEPEST,
        Set.of(),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Not farther than this many executions away. */
  public LineageQuery depth(int depth) {
    return new LineageQuery(
        direction, depth, stopAt, only, stopAtArtifacts, stopAtExecutions, asOf);
  }

  /** Not past artifacts of these types. */
  public LineageQuery stopAt(String... types) {
    return new LineageQuery(
        direction, depth, Set.of(types), only, stopAtArtifacts, stopAtExecutions, asOf);
  }

  /** Reporting artifacts of these types only. */
  public LineageQuery only(String... types) {
    return new LineageQuery(
        direction, depth, stopAt, Set.of(types), stopAtArtifacts, stopAtExecutions, asOf);
  }

  /**
   * Not past artifacts that meet a filter query.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public LineageQuery stopAtArtifacts(String query) {
    return new LineageQuery(
        direction,
        depth,
        stopAt,
        only,
        Optional.of(FilterQuery.artifacts(query)),
        stopAtExecutions,
        asOf);
  }

  /**
   * Not past executions that meet a filter query.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public LineageQuery stopAtExecutions(String query) {
    return new LineageQuery(
        direction,
        depth,
        stopAt,
        only,
        stopAtArtifacts,
        Optional.of(FilterQuery.executions(query)),
        asOf);
  }

  /** As it was at a time: only what had been read and written by then. */
  public LineageQuery asOf(Instant time) {
    return new LineageQuery(
        direction, depth, stopAt, only, stopAtArtifacts, stopAtExecutions, Optional.of(time));
  }
}
