package io.pergola.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An execution as it stands in the store.
 *
 * @param id unique among executions
 * @param type name of its type
 * @param name unique among the executions of its type; at most 255 characters
 * @param externalId what another system calls it; unique among executions
 * @param state how it stands
 * @param properties values of properties that the type declares
 * @param customProperties values of any other properties
 * @param created when it was put, to the millisecond
 * @param updated when it last changed, to the millisecond
 */
public record StoredExecution(
    long id,
    String type,
    Optional<String> name,
    Optional<String> externalId,
    ExecutionState state,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties,
    Instant created,
    Instant updated)
    implements StoredEntity {
  public StoredExecution {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
  }

  /** What to hand to the store in order to change something. */
  public ExecutionDraft draft() {
    return new ExecutionDraft(type, name, externalId, state, properties, customProperties);
  }
}
