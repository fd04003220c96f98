package io.pergola.metadata;

import java.util.List;
import java.util.Optional;

/** The versions of pipelines that were deployed. A version never changes and is never removed. */
public interface DeploymentLedger {
  /**
   * Records a version of a pipeline. What is the newest version already, jar and class alike, is no
   * new one; an earlier jar again is: the way back from a bad version.
   *
   * @return the new version, or the newest if it is the same
   */
  StoredDeployment deploy(DeploymentDraft draft);

  /** The newest version of a pipeline. */
  Optional<StoredDeployment> newest(String pipeline);

  /** A version of a pipeline. */
  Optional<StoredDeployment> find(String pipeline, long version);

  /** The newest version of each pipeline, by pipeline. */
  List<StoredDeployment> newest();

  /** The versions of a pipeline, newest first. */
  List<StoredDeployment> versions(String pipeline);
}
