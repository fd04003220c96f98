package io.pergola.run;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Reads what is on record of runs, newest first. */
public interface RunHistory {
  /** The newest runs of all pipelines. */
  List<RunRecord> runs(int limit);

  /** The newest runs of one pipeline. */
  List<RunRecord> runs(String pipeline, int limit);

  /** One run by id. */
  Optional<RunRecord> run(String runId);

  /** The nodes of a run, in the graph's order; empty if there is no such run. */
  List<NodeRecord> nodes(String runId);

  /** The exit handlers that a run has called at its end; empty if there is no such run. */
  List<ExitRecord> exits(String runId);

  /** The artifacts that a run produced, or took from the cache, in the order of its nodes. */
  List<ArtifactRecord> artifactsOf(String runId);

  /** The newest artifacts of all types. */
  List<ArtifactRecord> artifacts(int limit);

  /** The newest artifacts of a type, {@code Model}. */
  List<ArtifactRecord> artifacts(String type, int limit);

  /**
   * For each of these artifacts that a newer successful attempt at its data interval made anew, the
   * id of what that attempt made instead.
   */
  SortedMap<Long, Long> superseded(Collection<Long> artifactIds);

  /** The newest artifact whose files are in this directory. */
  Optional<ArtifactRecord> artifactIn(Path directory);

  /** One artifact by id. */
  Optional<ArtifactRecord> artifact(long id);

  /**
   * What is different about two runs.
   *
   * @throws RunRefusedException if one of them is not there
   */
  RunDifference difference(String beforeRunId, String afterRunId);

  /** The files outside the store that an execution read, by path; empty if there is no such one. */
  List<Path> filesOf(long executionId);
}
