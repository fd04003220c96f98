package io.pergola.metadata;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A context to put into the store: a pipeline, a run of it, a node.
 *
 * @param type name of its type, which was put before
 * @param name unique among the contexts of its type; at most 255 characters
 * @param externalId what another system calls it; unique among contexts
 * @param properties values of properties that the type declares
 * @param customProperties values of any other properties
 */
public record ContextDraft(
    String type,
    String name,
    Optional<String> externalId,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties)
    implements EntityDraft {
  public ContextDraft {
    Names.check("context name", name);
    externalId.ifPresent(text -> Names.check("external id", text));
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
  }

  /** A context of this type and name. */
  public static ContextDraft of(String type, String name) {
    return new ContextDraft(type, name, Optional.empty(), new TreeMap<>(), new TreeMap<>());
  }

  /** This draft under an id that another system gave it. */
  public ContextDraft externalId(String externalId) {
    return new ContextDraft(type, name, Optional.of(externalId), properties, customProperties);
  }

  /** This draft with one more property, which the type declares. */
  public ContextDraft property(String name, PropertyValue value) {
    return new ContextDraft(
        type, this.name, externalId, Properties.plus(properties, name, value), customProperties);
  }

  /** This draft with one more custom property. */
  public ContextDraft customProperty(String name, PropertyValue value) {
    return new ContextDraft(
        type, this.name, externalId, properties, Properties.plus(customProperties, name, value));
  }
}
