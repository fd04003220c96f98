package io.pergola.metadata;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What depends on an artifact: everything made from it, and where that is in use.
 *
 * @param lineage everything made from it, however indirectly
 * @param aliases those that point at it or at something made from it
 * @param served the serving directories whose newest version was made from it
 * @param quarantined what of this is in quarantine, and by which
 */
public record Impact(
    Lineage lineage,
    List<Marks.Alias> aliases,
    List<Marks.Served> served,
    Map<Long, Marks.Quarantine> quarantined) {
  public Impact {
    aliases = List.copyOf(aliases);
    served = List.copyOf(served);
    quarantined = Map.copyOf(quarantined);
  }

  /** The models pushed that were made from it, nearest first, whether still served or not. */
  public List<StoredArtifact> pushed() {
    return lineage.relatives().stream()
        .map(Lineage.Relative::artifact)
        .filter(artifact -> artifact.type().equals("PushedModel"))
        .toList();
  }

  /** How many artifacts of each type were made from it. */
  public Map<String, Long> counts() {
    return lineage.relatives().stream()
        .collect(
            Collectors.groupingBy(
                relative -> relative.artifact().type(),
                java.util.TreeMap::new,
                Collectors.counting()));
  }

  /** The ids of the artifact and of all that was made from it. */
  public static Set<Long> ids(Lineage lineage) {
    Set<Long> ids =
        lineage.relatives().stream()
            .map(relative -> relative.artifact().id())
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    ids.add(lineage.artifact().id());
    return ids;
  }
}
