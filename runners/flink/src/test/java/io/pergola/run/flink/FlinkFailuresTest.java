package io.pergola.run.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.run.InfrastructureException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobInitializationException;
import org.junit.jupiter.api.Test;

/** What is made of the exceptions that Flink and Beam put around each other. */
class FlinkFailuresTest {
  private static final String MASTER = "localhost:1";

  @Test
  void aClassThatTheJobManagerLacksIsNamed() {
    assertThat(submission(new NoClassDefFoundError("com/acme/Trip")))
        .isInstanceOf(IncompatibleClusterException.class)
        .hasMessage(
            "Cannot run on Flink at localhost:1: its task managers lack classes of this process, or have others (com/acme/Trip). Send them along with --flink-stage=class-path, or start the cluster with the same jars.");
  }

  @Test
  void aJobThatTheJobManagerCouldNotStartMayBeTriedAgain() {
    assertThat(submission(new IllegalStateException("no leader")))
        .isInstanceOf(InfrastructureException.class)
        .hasMessage(
            "Cannot finish a job on Flink at localhost:1: Could not start the JobMaster. Run or resume again.");
  }

  @Test
  void anythingElseIsToldAsItIs() {
    IllegalStateException coder = new IllegalStateException("Unable to return a default Coder");

    assertThat(FlinkFailures.ofSubmission(coder, MASTER)).isSameAs(coder);
    assertThat(
            FlinkFailures.ofSubmission(
                new RuntimeException("Pipeline execution failed", coder), MASTER))
        .isSameAs(coder);
  }

  private static Exception submission(Throwable root) {
    Throwable initialization =
        new JobInitializationException(
            new JobID(), "Could not start the JobMaster.", new CompletionException(root));
    return FlinkFailures.ofSubmission(
        new RuntimeException("Pipeline execution failed", new ExecutionException(initialization)),
        MASTER);
  }
}
