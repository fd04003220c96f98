package io.pergola.run;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which nodes of a pipeline a run executes. What these read from the others is taken from earlier
 * runs; all other nodes are left out.
 *
 * @param only these and no others; empty for all
 * @param from only these and all that read from them, directly or not; empty for all
 * @param to only these and all that they read from, directly or not; empty for all
 * @param skip none of these
 * @param using the run whose outputs are taken; empty for the newest outputs of each node
 */
public record RunSelection(
    SortedSet<String> only,
    SortedSet<String> from,
    SortedSet<String> to,
    SortedSet<String> skip,
    Optional<String> using) {
  public RunSelection {
    only = copy(only);
    from = copy(from);
    to = copy(to);
    skip = copy(skip);
  }

  /** Every node. */
  public static RunSelection all() {
    SortedSet<String> none = new TreeSet<>();
    return new RunSelection(none, none, none, none, Optional.empty());
  }

  /** Whether no node is left out. */
  public boolean isAll() {
    return only.isEmpty() && from.isEmpty() && to.isEmpty() && skip.isEmpty();
  }

  /** These nodes and no others. */
  public RunSelection only(Set<String> nodes) {
    return new RunSelection(new TreeSet<>(nodes), from, to, skip, using);
  }

  /** These nodes and all after them. */
  public RunSelection from(Set<String> nodes) {
    return new RunSelection(only, new TreeSet<>(nodes), to, skip, using);
  }

  /** These nodes and all before them. */
  public RunSelection to(Set<String> nodes) {
    return new RunSelection(only, from, new TreeSet<>(nodes), skip, using);
  }

  /** None of these nodes. */
  public RunSelection skip(Set<String> nodes) {
    return new RunSelection(only, from, to, new TreeSet<>(nodes), using);
  }

  /** Takes what is left out from this run. */
  public RunSelection using(String runId) {
    return new RunSelection(only, from, to, skip, Optional.of(runId));
  }

  /** As on a command line: {@code --from=trainer}. */
  public String text() {
    StringBuilder text = new StringBuilder();
    append(text, "--only", only);
    append(text, "--from", from);
    append(text, "--to", to);
    append(text, "--skip", skip);
    append(text, "--using", using.map(Set::of).orElse(Set.of()));
    return text.toString();
  }

  /** Reads what {@link #text} gave. */
  public static RunSelection parse(String text) {
    RunSelection selection = all();
    for (String flag : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      String[] parts = flag.split("=", 2);
      Set<String> nodes = Set.of(parts[1].split(",", -1));
      selection =
          switch (parts[0]) {
            case "--only" -> selection.only(nodes);
            case "--from" -> selection.from(nodes);
            case "--to" -> selection.to(nodes);
            case "--skip" -> selection.skip(nodes);
            case "--using" -> selection.using(parts[1]);
            default -> throw new IllegalArgumentException("Invalid selection: '" + text + "'");
          };
    }
    return selection;
  }

  private static void append(StringBuilder text, String flag, Set<String> nodes) {
    if (!nodes.isEmpty()) {
      text.append(text.isEmpty() ? "" : " ")
          .append(flag)
          .append('=')
          .append(String.join(",", nodes));
    }
  }

  private static SortedSet<String> copy(Set<String> nodes) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
  }
}
