package io.pergola.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that becomes visible at once when an execution ends: its state, what it read and
 * wrote, the contexts it belongs to, and the state of its node.
 *
 * @param execution the execution to put, or the id of one that was put when it started
 * @param state how the execution ended
 * @param properties custom properties to add to the execution
 * @param inputs artifacts it read
 * @param outputs artifacts it wrote, or took over from an earlier execution
 * @param contexts contexts of the execution and its outputs, put if they are not there
 * @param node the node it ran for
 * @param lease what must still be held
 * @param claim the claim of the node, given back in the same transaction; it must still be held if
 *     the execution is complete
 */
public record Publication(
    Publication.Subject execution,
    ExecutionState state,
    SortedMap<String, PropertyValue> properties,
    List<Publication.Input> inputs,
    List<Publication.Output> outputs,
    List<ContextDraft> contexts,
    Optional<Publication.NodeUpdate> node,
    Optional<Lease> lease,
    Optional<Lease> claim) {

  /** An execution that is there already, or a new one. */
  public record Subject(Optional<Long> id, Optional<ExecutionDraft> draft) {}

  /** An artifact that was read under a name, at a place among those of the same name. */
  public record Input(String key, int index, long artifactId) {}

  /** An artifact that was written, or an earlier one that was taken over. */
  public record Output(
      String key, int index, Optional<Long> artifactId, Optional<ArtifactDraft> draft) {}

  /** A change of the node in the same transaction. */
  public record NodeUpdate(String runId, NodeChange change) {}

  public Publication {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    contexts = List.copyOf(contexts);
  }

  /** Publishes an execution that was put when it started. */
  public static Publication of(long executionId, ExecutionState state) {
    return of(new Subject(Optional.of(executionId), Optional.empty()), state);
  }

  /** Puts and publishes an execution at once. */
  public static Publication of(ExecutionDraft execution) {
    return of(new Subject(Optional.empty(), Optional.of(execution)), execution.state());
  }

  private static Publication of(Subject subject, ExecutionState state) {
    return new Publication(
        subject,
        state,
        new TreeMap<>(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** With a custom property of the execution. */
  public Publication property(String name, PropertyValue value) {
    return new Publication(
        execution,
        state,
        Properties.plus(properties, name, value),
        inputs,
        outputs,
        contexts,
        node,
        lease,
        claim);
  }

  /** With an artifact that was read. */
  public Publication input(String key, int index, long artifactId) {
    return new Publication(
        execution,
        state,
        properties,
        plus(inputs, new Input(key, index, artifactId)),
        outputs,
        contexts,
        node,
        lease,
        claim);
  }

  /** With a new artifact. */
  public Publication output(String key, int index, ArtifactDraft draft) {
    return output(new Output(key, index, Optional.empty(), Optional.of(draft)));
  }

  /** With an artifact that an earlier execution wrote. */
  public Publication output(String key, int index, long artifactId) {
    return output(new Output(key, index, Optional.of(artifactId), Optional.empty()));
  }

  private Publication output(Output output) {
    return new Publication(
        execution, state, properties, inputs, plus(outputs, output), contexts, node, lease, claim);
  }

  /** With a context of the execution and its outputs; found by type and name, put if missing. */
  public Publication context(ContextDraft context) {
    return new Publication(
        execution, state, properties, inputs, outputs, plus(contexts, context), node, lease, claim);
  }

  /** With a change of the node. */
  public Publication node(String runId, NodeChange change) {
    return new Publication(
        execution,
        state,
        properties,
        inputs,
        outputs,
        contexts,
        Optional.of(new NodeUpdate(runId, change)),
        lease,
        claim);
  }

  /** Only if this lease is still held. */
  public Publication under(Lease lease) {
    return new Publication(
        execution, state, properties, inputs, outputs, contexts, node, Optional.of(lease), claim);
  }

  /** Gives the node's claim back. */
  public Publication releasing(Lease claim) {
    return new Publication(
        execution, state, properties, inputs, outputs, contexts, node, lease, Optional.of(claim));
  }

  private static <T> List<T> plus(List<T> list, T item) {
    List<T> more = new ArrayList<>(list);
    more.add(item);
    return more;
  }
}
