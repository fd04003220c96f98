package io.pergola.schedule.notification;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What people can be told of. */
public enum Occasion {
  /** A run failed. */
  FAILURE,
  /** A scheduled run could not start in time, and never will. */
  MISSED,
  /** A run succeeded, and its model does not meet its thresholds. */
  NOT_BLESSED,
  /** The first success after a failure: of a later run, or of the failed one, resumed. */
  RECOVERY,
  /** A gate, such as the ExampleValidator, ended a run. */
  STOPPED,
  /** Somebody tries the configuration out. */
  TEST;

  /** The name in files and messages, {@code not-blessed}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a file may name. */
  static List<String> keys() {
    return Arrays.stream(values()).filter(one -> one != TEST).map(Occasion::key).toList();
  }

  static Optional<Occasion> of(String key) {
    return Arrays.stream(values()).filter(one -> one.key().equals(key)).findFirst();
  }
}
