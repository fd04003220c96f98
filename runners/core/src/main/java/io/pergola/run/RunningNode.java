package io.pergola.run;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The attempt of a node that the current thread works for: what its log lines belong to. Threads
 * that it starts, such as the workers of the local engine, belong to the same attempt until it
 * ends.
 */
public record RunningNode(String runId, String node, int attempt) {
  private static final InheritableThreadLocal<@Nullable Scope> CURRENT =
      new InheritableThreadLocal<>();

  /** The attempt that this thread works for; empty outside of nodes. */
  public static Optional<RunningNode> current() {
    Scope scope = CURRENT.get();
    return scope == null || scope.over.get() ? Optional.empty() : Optional.of(scope.node);
  }

  /** From now on until it is closed, this thread and those it starts work for an attempt. */
  public static Scope enter(String runId, String node, int attempt) {
    Scope scope = new Scope(new RunningNode(runId, node, attempt));
    CURRENT.set(scope);
    return scope;
  }

  /** Where the attempt's log is, relative to the workspace: {@code logs/RUN/NODE-1.log}. */
  public String log() {
    return log(runId, node, attempt);
  }

  /** The same for any attempt. */
  public static String log(String runId, String node, int attempt) {
    return "logs/%s/%s-%d.log".formatted(runId, node.replace('/', '_'), attempt);
  }

  /** The time of an attempt; closed by the thread that entered it. */
  public static final class Scope implements AutoCloseable {
    private final RunningNode node;
    private final AtomicBoolean over = new AtomicBoolean();

    private Scope(RunningNode node) {
      this.node = node;
    }

    @Override
    public void close() {
      over.set(true); // pooled threads that were started meanwhile may live on
      CURRENT.remove();
    }
  }
}
