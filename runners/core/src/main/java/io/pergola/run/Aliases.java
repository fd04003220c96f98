package io.pergola.run;

import io.pergola.metadata.Marks;
import io.pergola.run.internal.FaultPoint;
import java.util.Optional;

/** The aliases of a workspace's artifacts: names such as {@code production} that can be moved. */
public final class Aliases {
  private final Marks marks;

  private Aliases(Marks marks) {
    this.marks = marks;
  }

  public static Aliases in(Workspace workspace) {
    return new Aliases(workspace.store().marks());
  }

  /**
   * Points an alias of the artifact's pipeline at an artifact, wherever it pointed before.
   *
   * @param by who does
   * @return where it pointed before, if anywhere
   */
  public Optional<Marks.Alias> point(ArtifactRecord artifact, String name, String by) {
    Optional<Marks.Alias> before = marks.alias(artifact.pipeline(), name);
    FaultPoint.BEFORE_ALIAS_MOVE.reached(name);
    marks.setAlias(artifact.pipeline(), name, artifact.id(), by);
    FaultPoint.AFTER_ALIAS_MOVE.reached(name);
    return before;
  }

  /**
   * Moves an alias, if it still points at {@code from}.
   *
   * @throws io.pergola.metadata.MetadataStoreException if it does not
   */
  public void move(ArtifactRecord from, ArtifactRecord to, String name, String by) {
    FaultPoint.BEFORE_ALIAS_MOVE.reached(name);
    marks.moveAlias(to.pipeline(), name, from.id(), to.id(), by);
    FaultPoint.AFTER_ALIAS_MOVE.reached(name);
  }
}
