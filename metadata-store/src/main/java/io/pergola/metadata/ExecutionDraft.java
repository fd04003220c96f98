package io.pergola.metadata;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An execution to put into the store.
 *
 * @param type name of its type, which was put before
 * @param name unique among the executions of its type; at most 255 characters
 * @param externalId what another system calls it; unique among executions
 * @param state how it stands
 * @param properties values of properties that the type declares
 * @param customProperties values of any other properties
 */
public record ExecutionDraft(
    String type,
    Optional<String> name,
    Optional<String> externalId,
    ExecutionState state,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties)
    implements EntityDraft {
  public ExecutionDraft {
    name.ifPresent(text -> Names.check("execution name", text));
    externalId.ifPresent(text -> Names.check("external id", text));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
  }

  /** An execution of this type, without a name, in state {@code RUNNING}. */
  public static ExecutionDraft of(String type) {
    return new ExecutionDraft(
        type,
        Optional.empty(),
        Optional.empty(),
        ExecutionState.RUNNING,
        new TreeMap<>(),
        new TreeMap<>());
  }

  /** This draft under a name. */
  public ExecutionDraft name(String name) {
    return new ExecutionDraft(
        type, Optional.of(name), externalId, state, properties, customProperties);
  }

  /** This draft in the given state. */
  public ExecutionDraft state(ExecutionState state) {
    return new ExecutionDraft(type, name, externalId, state, properties, customProperties);
  }

  /** This draft under an id that another system gave it. */
  public ExecutionDraft externalId(String externalId) {
    return new ExecutionDraft(
        type, name, Optional.of(externalId), state, properties, customProperties);
  }

  /** This draft with one more property, which the type declares. */
  public ExecutionDraft property(String name, PropertyValue value) {
    return new ExecutionDraft(
        type,
        this.name,
        externalId,
        state,
        Properties.plus(properties, name, value),
        customProperties);
  }

  /** This draft with one more custom property. */
  public ExecutionDraft customProperty(String name, PropertyValue value) {
    return new ExecutionDraft(
        type,
        this.name,
        externalId,
        state,
        properties,
        Properties.plus(customProperties, name, value));
  }
}
