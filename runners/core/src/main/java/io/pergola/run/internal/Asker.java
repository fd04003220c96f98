package io.pergola.run.internal;

import io.pergola.pipeline.RunContext;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks for an artifact of earlier runs, and what is no answer to it.
 *
 * @param pipeline the pipeline that asks
 * @param runId the run that asks, if it has begun
 * @param time what that run knows of time
 * @param rivals content hashes of what the run itself compares with the answer: a model is not its
 *     own baseline
 */
record Asker(String pipeline, Optional<String> runId, RunContext time, Set<String> rivals) {
  Asker {
    rivals = Set.copyOf(rivals);
  }
}
