package io.pergola.run;

/** Why a node must run instead of being served from the cache. */
public sealed interface Reason {
  /** One line for people: {@code parameter 'buckets' changed: 10 -> 12}. */
  String text();

  /** No execution of this node, nor of one like it, is on record. */
  record FirstRun() implements Reason {
    @Override
    public String text() {
      return "first run";
    }
  }

  /** The node was never executed by this component before. */
  record ComponentChanged(String before, String after) implements Reason {
    @Override
    public String text() {
      return "component changed: %s -> %s".formatted(before, after);
    }
  }

  /** A parameter that is data has another value; absent values are shown as {@code (none)}. */
  record ParameterChanged(String name, String before, String after) implements Reason {
    @Override
    public String text() {
      return before.equals(after)
          ? "parameter '%s' changed".formatted(name)
          : "parameter '%s' changed: %s".formatted(name, TextDifference.of(before, after));
    }
  }

  /** The code behind the component, or behind one of its lambdas, changed. */
  record CodeChanged(String name) implements Reason {
    @Override
    public String text() {
      return "code of '%s' changed".formatted(name);
    }
  }

  /** An input has other content than last time. */
  record InputChanged(String input, String from) implements Reason {
    @Override
    public String text() {
      return "input '%s' (%s) changed".formatted(input, from);
    }
  }

  /** An input comes from a node that must run, so that its content is not known yet. */
  record InputWillChange(String input, String node) implements Reason {
    @Override
    public String text() {
      return "input '%s' comes from '%s', which will run".formatted(input, node);
    }
  }

  /** The spans that the run reads, or their versions, are others than last time. */
  record SpansChanged(String before, String after) implements Reason {
    @Override
    public String text() {
      return "spans changed: %s".formatted(after);
    }
  }

  /** Spans are missing and the node waits for them, so that what it reads is not known yet. */
  record WaitsForSpans(String waits) implements Reason {
    @Override
    public String text() {
      return waits;
    }
  }

  /** An input comes from a node whose condition is not decided yet. */
  record InputUndecided(String input, String node) implements Reason {
    @Override
    public String text() {
      return "input '%s' comes from '%s', which may run".formatted(input, node);
    }
  }

  /** A file outside the store changed, appeared or vanished. */
  record ExternalFileChanged(String path) implements Reason {
    @Override
    public String text() {
      return "file %s changed".formatted(path);
    }
  }

  /** The earlier result matches, but its files are not what was published. */
  record CachedArtifactLost(String output, String problem) implements Reason {
    @Override
    public String text() {
      return "cached output '%s' cannot be used: %s".formatted(output, problem);
    }
  }

  /**
   * The earlier result matches, but it is in quarantine, or was made from something that is.
   *
   * @param artifactId the artifact that was put into quarantine
   */
  record Quarantined(String output, long artifactId, String why) implements Reason {
    @Override
    public String text() {
      return "artifact %d is in quarantine (%s): output '%s' is not reused"
          .formatted(artifactId, why, output);
    }
  }

  /** {@link RunOptions#withoutCache()}. */
  record CacheOff() implements Reason {
    @Override
    public String text() {
      return "cache off";
    }
  }
}
