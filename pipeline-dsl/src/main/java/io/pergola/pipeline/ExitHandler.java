package io.pergola.pipeline;

import java.io.Serializable;

/**
 * What happens at the end of each run, however it ends: a record that tells someone, or tidies up.
 * Its components are parameters; channels among them name artifacts to ask the summary for. Its own
 * failure is reported and leaves the run's outcome as it is.
 */
public interface ExitHandler extends Serializable {
  /** The id under which it is reported, when the author gives none: the class in kebab case. */
  default String defaultId() {
    return Names.kebab(getClass().getSimpleName());
  }

  /**
   * Called once for each end of a run, after all nodes. After a crash in the middle it is called
   * again, so it should bear that.
   *
   * @param run how the run ended
   */
  void run(RunSummary run) throws Exception;
}
