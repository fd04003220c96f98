package io.pergola.run.flink;

import io.pergola.run.InfrastructureException;
import java.io.IOException;
import java.util.Set;
import org.apache.flink.util.SerializedThrowable;
import org.jspecify.annotations.Nullable;

/** Gets the exception that a job's code threw out of what Flink wraps around it. */
final class FlinkFailures {
  private static final int DEEPEST = 50;

  /** What Beam puts around any failure to submit a job. */
  private static final String BEAM_SAYS = "Pipeline execution failed";

  private static final String NO_SLOTS =
      "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException";

  /** What Flink says when a machine or a connection fails: the job may succeed elsewhere. */
  private static final Set<String> INFRASTRUCTURE =
      Set.of(
          "org.apache.flink.runtime.io.network.netty.exception.RemoteTransportException",
          "org.apache.flink.runtime.io.network.netty.exception.LocalTransportException",
          "org.apache.flink.runtime.io.network.partition.PartitionNotFoundException",
          "org.apache.flink.runtime.io.network.partition.consumer.PartitionConnectionException",
          "org.apache.flink.runtime.jobmaster.JobMasterException",
          "org.apache.flink.runtime.taskexecutor.exceptions.TaskSubmissionException",
          "org.apache.flink.runtime.jobmaster.ExecutionGraphException",
          "org.apache.flink.runtime.client.JobInitializationException");

  private static final Set<String> CLASS_MISSING =
      Set.of(
          "java.lang.ClassNotFoundException",
          "java.lang.NoClassDefFoundError",
          "java.io.InvalidClassException");

  private FlinkFailures() {}

  /** The failure with every serialised cause brought back to life, as far as its class is known. */
  static Exception of(SerializedThrowable failure, String master) {
    ClassLoader loader = loader();
    Throwable current = failure;
    Throwable beamWrapper = failure;
    Exception known = null;
    for (int depth = 0; current != null && depth < DEEPEST; depth++) {
      known = moreTelling(known, clusterFailure(current, failure, master));
      if (current instanceof SerializedThrowable serialized) {
        Throwable original = serialized.deserializeError(loader);
        if (original == current) {
          current = current.getCause();
          continue;
        }
        current = original;
      }
      if (current instanceof org.apache.beam.sdk.util.UserCodeException
          && current.getCause() != null) {
        beamWrapper = current.getCause();
      }
      beamWrapper = innermost(beamWrapper, current);
      current = current.getCause();
    }
    if (known != null) {
      return known;
    }
    Throwable found =
        beamWrapper instanceof SerializedThrowable serialized
            ? serialized.deserializeError(loader)
            : beamWrapper;
    return found instanceof Exception exception ? exception : new RuntimeException(found);
  }

  /** The failure of a job that the cluster did not take. */
  static Exception ofSubmission(RuntimeException failure, String master) {
    Exception known = null;
    Throwable current = failure;
    for (int depth = 0; current != null && depth < DEEPEST; depth++) {
      known = moreTelling(known, clusterFailure(current, failure, master));
      current = current.getCause();
    }
    if (known != null) {
      return known;
    }
    boolean wrapper = BEAM_SAYS.equals(failure.getMessage());
    return wrapper && failure.getCause() instanceof Exception cause ? cause : failure;
  }

  /** A class that is missing is the reason of whatever else went wrong with the cluster. */
  private static @Nullable Exception moreTelling(
      @Nullable Exception known, @Nullable Exception inner) {
    boolean better =
        known instanceof InfrastructureException && inner instanceof IncompatibleClusterException;
    return known == null || better ? inner : known;
  }

  private static ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? FlinkFailures.class.getClassLoader() : context;
  }

  /** What went wrong with the cluster rather than with the job, in words of ours. */
  private static @Nullable Exception clusterFailure(
      Throwable at, Throwable failure, String master) {
    String type =
        at instanceof SerializedThrowable serialized
            ? serialized.getOriginalErrorClassName()
            : at.getClass().getName();
    String says = String.valueOf(at.getMessage()).lines().findFirst().orElse("");
    if (type.equals(NO_SLOTS)) {
      return new InfrastructureException(
          "Cannot run on Flink at %s: it found no free slots in time (%s). Add task managers, wait for other jobs, or lower --flink-parallelism."
              .formatted(master, slots(master)),
          failure);
    }
    if (CLASS_MISSING.contains(type)) {
      return new IncompatibleClusterException(
          "Cannot run on Flink at %s: its task managers lack classes of this process, or have others (%s). Send them along with --flink-stage=class-path, or start the cluster with the same jars."
              .formatted(master, says.replaceFirst("^[a-zA-Z.]*(Exception|Error): ", "")),
          failure);
    }
    if (INFRASTRUCTURE.contains(type) || isLostTaskManager(says)) {
      return new InfrastructureException(
          "Cannot finish a job on Flink at %s: %s. Run or resume again."
              .formatted(
                  master, says.replaceFirst("^[a-zA-Z.]*Exception: ", "").replaceFirst("\\.$", "")),
          failure);
    }
    return null;
  }

  /** How many there are and are free, in words. */
  static String slots(String master) {
    try {
      FlinkRest.Overview overview = new FlinkRest(master).overview();
      return "%d slots, %d of them free".formatted(overview.slots(), overview.freeSlots());
    } catch (IOException e) {
      return "slots unknown";
    }
  }

  private static boolean isLostTaskManager(String says) {
    return says.contains("is no longer reachable")
        || says.contains("Heartbeat of TaskManager")
        || says.contains("TaskExecutor has been shut down")
        || says.contains("is not active anymore");
  }

  /** Flink's own exceptions only say that there was another one. */
  private static Throwable innermost(Throwable found, Throwable next) {
    boolean wrapper =
        found instanceof SerializedThrowable
            || found.getClass().getName().startsWith("org.apache.flink.");
    return wrapper ? next : found;
  }
}
