package io.pergola.metadata;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An artifact to put into the store.
 *
 * @param type name of its type, which was put before
 * @param name unique among the artifacts of its type; at most 255 characters
 * @param uri where its files are
 * @param externalId what another system calls it; unique among artifacts
 * @param state how it stands
 * @param properties values of properties that the type declares
 * @param customProperties values of any other properties
 */
public record ArtifactDraft(
    String type,
    Optional<String> name,
    Optional<String> uri,
    Optional<String> externalId,
    ArtifactState state,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties)
    implements EntityDraft {
  public ArtifactDraft {
    name.ifPresent(text -> Names.check("artifact name", text));
    externalId.ifPresent(text -> Names.check("external id", text));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
  }

  /** An artifact of this type, without a name, in state {@code LIVE}. */
  public static ArtifactDraft of(String type) {
    return new ArtifactDraft(
        type,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ArtifactState.LIVE,
        new TreeMap<>(),
        new TreeMap<>());
  }

  /** This draft under a name. */
  public ArtifactDraft name(String name) {
    return new ArtifactDraft(
        type, Optional.of(name), uri, externalId, state, properties, customProperties);
  }

  /** This draft with its files at the given place. */
  public ArtifactDraft uri(String uri) {
    return new ArtifactDraft(
        type, name, Optional.of(uri), externalId, state, properties, customProperties);
  }

  /** This draft in the given state. */
  public ArtifactDraft state(ArtifactState state) {
    return new ArtifactDraft(type, name, uri, externalId, state, properties, customProperties);
  }

  /** This draft under an id that another system gave it. */
  public ArtifactDraft externalId(String externalId) {
    return new ArtifactDraft(
        type, name, uri, Optional.of(externalId), state, properties, customProperties);
  }

  /** This draft with one more property, which the type declares. */
  public ArtifactDraft property(String name, PropertyValue value) {
    return new ArtifactDraft(
        type,
        this.name,
        uri,
        externalId,
        state,
        Properties.plus(properties, name, value),
        customProperties);
  }

  /** This draft with one more custom property. */
  public ArtifactDraft customProperty(String name, PropertyValue value) {
    return new ArtifactDraft(
        type,
        this.name,
        uri,
        externalId,
        state,
        properties,
        Properties.plus(customProperties, name, value));
  }
}
