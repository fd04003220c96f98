package io.pergola.run;

import java.util.List;

/**
 * What garbage collection would do with each live artifact, and why.
 *
 * @param remove what would go, in the order of ids
 * @param keep what would stay, in the order of ids
 */
public record GcPlan(List<GcPlan.Item> remove, List<GcPlan.Item> keep) {
  public GcPlan {
    remove = List.copyOf(remove);
    keep = List.copyOf(keep);
  }

  /** An artifact, and why it goes or stays. */
  public record Item(ArtifactRecord artifact, String why) {}

  /** Size of all that would go. */
  public long bytes() {
    return remove.stream().mapToLong(item -> item.artifact().bytes()).sum();
  }
}
