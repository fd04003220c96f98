package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;

/** What artifacts, executions and contexts have in common as they stand in the store. */
public sealed interface StoredEntity permits StoredArtifact, StoredExecution, StoredContext {
  /** Unique among those of its kind. */
  long id();

  /** The name of its type. */
  String type();

  /** What another system calls it; unique among those of its kind. */
  Optional<String> externalId();

  /** Values of properties that the type declares. */
  SortedMap<String, PropertyValue> properties();

  /** Values of any other properties. */
  SortedMap<String, PropertyValue> customProperties();

  /** When it was put, to the millisecond. */
  Instant created();

  /** When it last changed, to the millisecond. */
  Instant updated();

  /** The value of a property, declared or custom; the declared one if there are two. */
  default Optional<PropertyValue> property(String name) {
    PropertyValue declared = properties().get(name);
    return Optional.ofNullable(declared != null ? declared : customProperties().get(name));
  }
}
