package io.pergola.metadata;

import java.util.Optional;
import java.util.SortedMap;

/** What artifacts, executions and contexts have in common before they are put. */
public sealed interface EntityDraft permits ArtifactDraft, ExecutionDraft, ContextDraft {
  /** The name of its type, which was put before. */
  String type();

  /** What another system calls it; unique among those of its kind. */
  Optional<String> externalId();

  /** Values of properties that the type declares. */
  SortedMap<String, PropertyValue> properties();

  /** Values of any other properties. */
  SortedMap<String, PropertyValue> customProperties();
}
