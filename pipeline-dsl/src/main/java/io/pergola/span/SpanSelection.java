package io.pergola.span;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The spans that one run reads, as things stood when it looked.
 *
 * @param found what it reads, ascending
 * @param missing what it wanted and did not find, ascending
 * @param problem why it cannot go on with what it found, if it cannot
 * @param remark what a reader of the run must know of the choice itself, if anything
 * @param patience how long to wait for what is missing; zero if not at all
 */
public record SpanSelection(
    List<FoundSpan> found,
    List<Long> missing,
    Optional<String> problem,
    Optional<String> remark,
    Duration patience) {
  public SpanSelection {
    found = List.copyOf(found);
    missing = List.copyOf(missing);
  }

  /** Whether it is worth waiting: something is missing, and the author allows the time. */
  public boolean worthWaiting() {
    return !patience.isZero() && (!missing.isEmpty() || problem.isPresent());
  }

  /** The numbers of the spans that are read, ascending. */
  public List<Long> spans() {
    return found.stream().map(FoundSpan::span).toList();
  }

  /** The spans that are read as ranges, {@code 20771..20774,20776}. */
  public String ranges() {
    return SpanText.ranges(spans());
  }

  /** The newest of the spans that are read. */
  public Optional<FoundSpan> newest() {
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1));
  }

  /** What is read, in one line: {@code span 20777 (2026-11-20), version 2}. */
  public String reads() {
    if (found.isEmpty()) {
      return "reads no span";
    }
    String versions =
        found.stream()
            .filter(span -> span.version() > 0)
            .map(
                span ->
                    found.size() == 1
                        ? "version " + span.version()
                        : "version %d of %d".formatted(span.version(), span.span()))
            .collect(Collectors.joining(", "));
    return "reads " + SpanText.named(spans()) + (versions.isEmpty() ? "" : ", " + versions);
  }

  /** What a run must say of its spans: what is missing, and how they were chosen. */
  public Optional<String> note() {
    String note =
        Stream.of(missingText(), remark)
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    return note.isEmpty() ? Optional.empty() : Optional.of(note);
  }

  /** What is missing, in one line. */
  public Optional<String> missingText() {
    return missing.isEmpty() ? Optional.empty() : Optional.of("missing " + SpanText.named(missing));
  }

  /**
   * The same selection, if a run can go on with it.
   *
   * @throws MissingSpansException if it cannot
   */
  public SpanSelection orThrow() {
    if (problem.isPresent()) {
      throw new MissingSpansException(problem.get(), missing);
    }
    return this;
  }
}
