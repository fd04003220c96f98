package io.pergola.metadata;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which contexts are wanted: those that agree with everything given.
 *
 * @param type name of their type
 * @param name their name
 * @param externalId what another system calls it
 * @param parentId a context that is their parent
 * @param artifactId an artifact that belongs to them
 * @param executionId an execution that belongs to them
 * @param properties declared properties and the values they must have
 * @param customProperties custom properties and the values they must have
 * @param where what else must hold
 */
public record ContextFilter(
    Optional<String> type,
    Optional<String> name,
    Optional<String> externalId,
    Optional<Long> parentId,
    Optional<Long> artifactId,
    Optional<Long> executionId,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties,
    Optional<FilterQuery> where) {
  public ContextFilter {
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** All contexts. */
  public static ContextFilter all() {
    return new ContextFilter(
        Optional.empty(),
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
  public ContextFilter type(String type) {
    return new ContextFilter(
        Optional.of(type),
        name,
        externalId,
        parentId,
        artifactId,
        executionId,
        properties,
        customProperties,
        where);
  }

  /** Only the one of this name; names are unique only together with the type. */
  public ContextFilter name(String name) {
    return new ContextFilter(
        type,
        Optional.of(name),
        externalId,
        parentId,
        artifactId,
        executionId,
        properties,
        customProperties,
        where);
  }

  /** Only the one under this external id. */
  public ContextFilter externalId(String externalId) {
    return new ContextFilter(
        type,
        name,
        Optional.of(externalId),
        parentId,
        artifactId,
        executionId,
        properties,
        customProperties,
        where);
  }

  /** Only the children of this context. */
  public ContextFilter parentId(long parentId) {
    return new ContextFilter(
        type,
        name,
        externalId,
        Optional.of(parentId),
        artifactId,
        executionId,
        properties,
        customProperties,
        where);
  }

  /** Only those that this artifact belongs to. */
  public ContextFilter artifactId(long artifactId) {
    return new ContextFilter(
        type,
        name,
        externalId,
        parentId,
        Optional.of(artifactId),
        executionId,
        properties,
        customProperties,
        where);
  }

  /** Only those that this execution belongs to. */
  public ContextFilter executionId(long executionId) {
    return new ContextFilter(
        type,
        name,
        externalId,
        parentId,
        artifactId,
        Optional.of(executionId),
        properties,
        customProperties,
        where);
  }

  /** Only those that have this declared property with this value. */
  public ContextFilter property(String name, PropertyValue value) {
    return new ContextFilter(
        type,
        this.name,
        externalId,
        parentId,
        artifactId,
        executionId,
        Properties.plus(properties, name, value),
        customProperties,
        where);
  }

  /** Only those that have this custom property with this value. */
  public ContextFilter customProperty(String name, PropertyValue value) {
    return new ContextFilter(
        type,
        this.name,
        externalId,
        parentId,
        artifactId,
        executionId,
        properties,
        Properties.plus(customProperties, name, value),
        where);
  }

  /**
   * Only those that meet a filter query, such as {@code parent_contexts_a.name = 'taxi'}.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public ContextFilter where(String query) {
    return new ContextFilter(
        type,
        name,
        externalId,
        parentId,
        artifactId,
        executionId,
        properties,
        customProperties,
        Optional.of(FilterQuery.contexts(query)));
  }
}
