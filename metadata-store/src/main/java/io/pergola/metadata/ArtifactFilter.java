package io.pergola.metadata;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which artifacts are wanted: those that agree with everything given.
 *
 * @param type name of their type
 * @param name their name
 * @param uri where their files are
 * @param externalId what another system calls it
 * @param state their state
 * @param contextId a context that they belong to
 * @param properties declared properties and the values they must have
 * @param customProperties custom properties and the values they must have
 * @param where what else must hold
 */
public record ArtifactFilter(
    Optional<String> type,
    Optional<String> name,
    Optional<String> uri,
    Optional<String> externalId,
    Optional<ArtifactState> state,
    Optional<Long> contextId,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties,
    Optional<FilterQuery> where) {
  public ArtifactFilter {
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** All artifacts. */
  public static ArtifactFilter all() {
    return new ArtifactFilter(
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
  public ArtifactFilter type(String type) {
    return new ArtifactFilter(
        Optional.of(type),
        name,
        uri,
        externalId,
        state,
        contextId,
        properties,
        customProperties,
        where);
  }

  /** Only the one of this name; names are unique only together with the type. */
  public ArtifactFilter name(String name) {
    return new ArtifactFilter(
        type,
        Optional.of(name),
        uri,
        externalId,
        state,
        contextId,
        properties,
        customProperties,
        where);
  }

  /** Only those whose files are there. */
  public ArtifactFilter uri(String uri) {
    return new ArtifactFilter(
        type,
        name,
        Optional.of(uri),
        externalId,
        state,
        contextId,
        properties,
        customProperties,
        where);
  }

  /** Only the one under this external id. */
  public ArtifactFilter externalId(String externalId) {
    return new ArtifactFilter(
        type,
        name,
        uri,
        Optional.of(externalId),
        state,
        contextId,
        properties,
        customProperties,
        where);
  }

  /** Only those in this state. */
  public ArtifactFilter state(ArtifactState state) {
    return new ArtifactFilter(
        type,
        name,
        uri,
        externalId,
        Optional.of(state),
        contextId,
        properties,
        customProperties,
        where);
  }

  /** Only those of this context. */
  public ArtifactFilter contextId(long contextId) {
    return new ArtifactFilter(
        type,
        name,
        uri,
        externalId,
        state,
        Optional.of(contextId),
        properties,
        customProperties,
        where);
  }

  /** Only those that have this declared property with this value. */
  public ArtifactFilter property(String name, PropertyValue value) {
    return new ArtifactFilter(
        type,
        this.name,
        uri,
        externalId,
        state,
        contextId,
        Properties.plus(properties, name, value),
        customProperties,
        where);
  }

  /** Only those that have this custom property with this value. */
  public ArtifactFilter customProperty(String name, PropertyValue value) {
    return new ArtifactFilter(
        type,
        this.name,
        uri,
        externalId,
        state,
        contextId,
        properties,
        Properties.plus(customProperties, name, value),
        where);
  }

  /**
   * Only those that meet a filter query, such as {@code uri LIKE '/data/%'}.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public ArtifactFilter where(String query) {
    return new ArtifactFilter(
        type,
        name,
        uri,
        externalId,
        state,
        contextId,
        properties,
        customProperties,
        Optional.of(FilterQuery.artifacts(query)));
  }
}
