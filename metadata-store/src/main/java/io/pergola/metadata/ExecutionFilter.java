package io.pergola.metadata;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which executions are wanted: those that agree with everything given.
 *
 * @param type name of their type
 * @param name their name
 * @param externalId what another system calls it
 * @param state their state
 * @param contextId a context that they belong to
 * @param properties declared properties and the values they must have
 * @param customProperties custom properties and the values they must have
 * @param where what else must hold
 */
public record ExecutionFilter(
    Optional<String> type,
    Optional<String> name,
    Optional<String> externalId,
    Optional<ExecutionState> state,
    Optional<Long> contextId,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties,
    Optional<FilterQuery> where) {
  public ExecutionFilter {
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** All executions. */
  public static ExecutionFilter all() {
    return new ExecutionFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.empty());
  }

  /** Only those of this type. */
  public ExecutionFilter type(String type) {
    return new ExecutionFilter(
        Optional.of(type), name, externalId, state, contextId, properties, customProperties, where);
  }

  /** Only the one of this name; names are unique only together with the type. */
  public ExecutionFilter name(String name) {
    return new ExecutionFilter(
        type, Optional.of(name), externalId, state, contextId, properties, customProperties, where);
  }

  /** Only the one under this external id. */
  public ExecutionFilter externalId(String externalId) {
    return new ExecutionFilter(
        type, name, Optional.of(externalId), state, contextId, properties, customProperties, where);
  }

  /** Only those in this state. */
  public ExecutionFilter state(ExecutionState state) {
    return new ExecutionFilter(
        type, name, externalId, Optional.of(state), contextId, properties, customProperties, where);
  }

  /** Only those of this context. */
  public ExecutionFilter contextId(long contextId) {
    return new ExecutionFilter(
        type, name, externalId, state, Optional.of(contextId), properties, customProperties, where);
  }

  /** Only those that have this declared property with this value. */
  public ExecutionFilter property(String name, PropertyValue value) {
    return new ExecutionFilter(
        type,
        this.name,
        externalId,
        state,
        contextId,
        Properties.plus(properties, name, value),
        customProperties,
        where);
  }

  /** Only those that have this custom property with this value. */
  public ExecutionFilter customProperty(String name, PropertyValue value) {
    return new ExecutionFilter(
        type,
        this.name,
        externalId,
        state,
        contextId,
        properties,
        Properties.plus(customProperties, name, value),
        where);
  }

  /**
   * Only those that meet a filter query, such as {@code last_known_state = FAILED}.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public ExecutionFilter where(String query) {
    return new ExecutionFilter(
        type,
        name,
        externalId,
        state,
        contextId,
        properties,
        customProperties,
        Optional.of(FilterQuery.executions(query)));
  }
}
