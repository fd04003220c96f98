package io.pergola.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An artifact as it stands in the store.
 *
 * @param id unique among artifacts
 * @param type name of its type
 * @param name unique among the artifacts of its type; at most 255 characters
 * @param uri where its files are
 * @param externalId what another system calls it; unique among artifacts
 * @param state how it stands
 * @param properties values of properties that the type declares
 * @param customProperties values of any other properties
 * @param created when it was put, to the millisecond
 * @param updated when it last changed, to the millisecond
 */
public record StoredArtifact(
    long id,
    String type,
    Optional<String> name,
    Optional<String> uri,
    Optional<String> externalId,
    ArtifactState state,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties,
    Instant created,
    Instant updated)
    implements StoredEntity {
  public StoredArtifact {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
  }

  /** What to hand to the store in order to change something. */
  public ArtifactDraft draft() {
    return new ArtifactDraft(type, name, uri, externalId, state, properties, customProperties);
  }
}
