package io.pergola.validation;

import java.util.List;
import java.util.TreeSet;

/**
 * Where a feature is expected, such as {@code TRAINING} but not {@code SERVING}. A feature is in an
 * environment if it is named in {@code in}, or else if the environment is one of the schema's
 * default ones and not named in {@code notIn}.
 *
 * @param in sorted
 * @param notIn sorted, without any of {@code in}
 */
public record Environments(List<String> in, List<String> notIn) {
  /** In the schema's default environments. */
  public static final Environments DEFAULT = new Environments(List.of(), List.of());

  public Environments {
    in = List.copyOf(new TreeSet<>(in));
    notIn = List.copyOf(new TreeSet<>(notIn));
    for (String environment : in) {
      if (notIn.contains(environment)) {
        throw new IllegalArgumentException(
            "Invalid environments: '%s' is named both as one with and one without the feature (must be one of them)"
                .formatted(environment));
      }
    }
  }

  /** Whether a feature with these is in an environment, given the schema's default ones. */
  public boolean include(String environment, List<String> defaults) {
    return in.contains(environment)
        || (defaults.contains(environment) && !notIn.contains(environment));
  }

  /** With an environment more that the feature is in. */
  public Environments with(String environment, List<String> defaults) {
    List<String> without = notIn.stream().filter(name -> !name.equals(environment)).toList();
    if (defaults.contains(environment)) {
      return new Environments(in, without);
    }
    TreeSet<String> more = new TreeSet<>(in);
    more.add(environment);
    return new Environments(List.copyOf(more), without);
  }
}
