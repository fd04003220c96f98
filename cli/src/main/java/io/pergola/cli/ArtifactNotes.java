package io.pergola.cli;

import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a reader of an artifact must know beside it: newer data, or a newer attempt. */
record ArtifactNotes(SortedMap<Long, String> stale, SortedMap<Long, Long> superseded) {
  /** No notes. */
  static ArtifactNotes none() {
    return new ArtifactNotes(new TreeMap<>(), new TreeMap<>());
  }

  static ArtifactNotes of(Workspace workspace, Collection<ArtifactRecord> artifacts) {
    List<Long> ids = artifacts.stream().map(ArtifactRecord::id).toList();
    SortedMap<Long, String> stale = new TreeMap<>();
    workspace
        .store()
        .marks()
        .stale(ids)
        .values()
        .forEach(mark -> stale.put(mark.artifactId(), mark.reason()));
    return new ArtifactNotes(stale, workspace.history().superseded(ids));
  }

  /** In a few words; empty if there is nothing to say. */
  String text(long artifact) {
    List<String> notes = new ArrayList<>();
    supersededBy(artifact).ifPresent(newer -> notes.add("superseded by %d".formatted(newer)));
    staleBecause(artifact).ifPresent(reason -> notes.add("stale: %s".formatted(reason)));
    return String.join(", ", notes);
  }

  /** Why it is stale, if it is. */
  Optional<String> staleBecause(long artifact) {
    return Optional.ofNullable(stale.get(artifact));
  }

  /** What a newer attempt at its interval made instead. */
  Optional<Long> supersededBy(long artifact) {
    return Optional.ofNullable(superseded.get(artifact));
  }
}
