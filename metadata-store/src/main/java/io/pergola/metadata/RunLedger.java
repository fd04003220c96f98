package io.pergola.metadata;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * The runs of pipelines and how their nodes stand. Whoever drives a run holds its lease ({@link
 * Lease#ofRun}); every change names that lease and is refused once its epoch is over.
 */
public interface RunLedger {
  /**
   * Creates a run with its nodes, all PENDING.
   *
   * @throws MetadataStoreException if there is a run of this id
   */
  StoredRun create(RunDraft draft);

  /**
   * Creates a run and takes its lease in one transaction: there is no moment between the two. Heeds
   * no {@linkplain #limit limit}.
   */
  Lease create(RunDraft draft, String holder, Duration term);

  /**
   * Creates a run and takes its lease if the pipeline's limit lets it start now. Otherwise the run
   * is queued, and the holder has the lease {@link Lease#ofWaiting}: as long as it is renewed, the
   * run keeps its place, and only {@link #claim} of this very run starts it.
   *
   * @return the lease, or empty if the run is queued
   * @throws MetadataStoreException if there is a run of this id, or one of this slot
   */
  Optional<Lease> begin(
      RunDraft draft, Optional<RunRequest.Slot> slot, String holder, Duration term);

  /**
   * Records a run for somebody else to drive.
   *
   * @return the new run, or the one that has the slot already: its id is another one, and nothing
   *     is changed
   * @throws MetadataStoreException if there is a run of this id
   */
  StoredRun enqueue(RunRequest request);

  /**
   * Takes the lease of a run that nobody drives, if its pipeline's limit and the runs queued before
   * it leave room. A run whose end was asked for is never claimed.
   *
   * @return empty if there is nothing to drive now
   */
  Optional<Claimed> claim(String holder, Duration term, RunClaim what);

  /**
   * Fills in what a claimed run is, once its pipeline is built: its graph, its nodes, and
   * attributes beside those it has. Again replaces it.
   *
   * @throws LeaseLostException if the lease is over
   * @throws MetadataStoreException if the run was described and has started, or is one of another
   *     pipeline
   */
  void describe(Lease lease, RunDraft run);

  /**
   * The runs that a queued run waits for: live ones of its pipeline, then those queued before it;
   * empty if there is no limit in its way.
   */
  List<StoredRun> ahead(String runId);

  /**
   * The live runs that keep another run of the pipeline from starting, and those queued for it;
   * empty if one could start.
   */
  List<StoredRun> occupants(String pipeline);

  /** Runs that have begun and that nobody drives any more, oldest first. */
  List<StoredRun> interrupted();

  /** How many runs of a pipeline may be live at once; empty for any number. */
  OptionalInt limit(String pipeline);

  /** All limits by pipeline. */
  SortedMap<String, Integer> limits();

  /**
   * Lets at most so many runs of a pipeline be live at once. Runs that are live already go on.
   *
   * @param runs from 1
   */
  void limit(String pipeline, int runs);

  /** Lets any number of runs of a pipeline be live at once. */
  void removeLimit(String pipeline);

  /** The interval that a run is for. */
  Optional<RunRequest.Slot> slot(String runId);

  /** The runs of an interval, first attempt first. */
  List<StoredRun> attempts(String pipeline, String schedule, Instant start, Instant end);

  /** A run by its id. */
  Optional<StoredRun> find(String runId);

  /** How many runs there are, by pipeline and state. */
  List<RunCount> counts();

  /** Runs, newest first. */
  List<StoredRun> list(RunFilter filter);

  /** The newest run. */
  default Optional<StoredRun> latest() {
    return list(RunFilter.newest(1)).stream().findFirst();
  }

  /** The newest run of a pipeline. */
  default Optional<StoredRun> latest(String pipeline) {
    return list(RunFilter.newest(1).pipeline(pipeline)).stream().findFirst();
  }

  /** The nodes of a run in the graph's order; empty for an unknown run. */
  List<StoredNode> nodes(String runId);

  /** A node of a run. */
  Optional<StoredNode> node(String runId, String nodeId);

  /**
   * Moves a run to a state; the same state again is no change.
   *
   * @throws LeaseLostException if the lease is over
   * @throws MetadataStoreException if {@link RunState#canBecome} says no
   */
  void move(Lease lease, String runId, RunState state, Optional<String> reason);

  /**
   * Changes a node. A published node changes no more, except its number of rows.
   *
   * @throws LeaseLostException if the lease is over
   * @throws MetadataStoreException if the node is published, or its run is finished: a node that
   *     outlived the end of its run changes nothing any more
   */
  void change(Lease lease, String runId, NodeChange change);

  /**
   * Puts a node's execution, changes the node and takes its claim, in one transaction.
   *
   * @return empty, and nothing is changed, if somebody else has the claim or had it since
   * @throws LeaseLostException if the run's lease is over
   */
  Optional<NodeStart.Started> start(Lease lease, NodeStart start);

  /**
   * Records something about a run, in place of what was recorded under that name.
   *
   * @throws LeaseLostException if the lease is over
   */
  void record(Lease lease, String runId, String name, String value);

  /**
   * Asks whoever drives the run to end it. Needs no lease; a finished run stays as it is, and a
   * queued one that nobody drives is CANCELLED at once.
   */
  void requestCancel(String runId);
}
