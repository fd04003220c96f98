package io.pergola.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A context as it stands in the store.
 *
 * @param id unique among contexts
 * @param type name of its type
 * @param name unique among the contexts of its type; at most 255 characters
 * @param externalId what another system calls it; unique among contexts
 * @param properties values of properties that the type declares
 * @param customProperties values of any other properties
 * @param created when it was put, to the millisecond
 * @param updated when it last changed, to the millisecond
 */
public record StoredContext(
    long id,
    String type,
    String name,
    Optional<String> externalId,
    SortedMap<String, PropertyValue> properties,
    SortedMap<String, PropertyValue> customProperties,
    Instant created,
    Instant updated)
    implements StoredEntity {
  public StoredContext {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    customProperties = Collections.unmodifiableSortedMap(new TreeMap<>(customProperties));
  }

  /** What to hand to the store in order to change something. */
  public ContextDraft draft() {
    return new ContextDraft(type, name, externalId, properties, customProperties);
  }
}
