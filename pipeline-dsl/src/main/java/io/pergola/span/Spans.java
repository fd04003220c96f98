package io.pergola.span;

import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.RunContext;
import java.io.Serializable;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which spans of its data a run reads, and what happens where one is missing.
 *
 * <p>A span is missing if it is wanted, is not there, and is newer than the first span that is:
 * before its first span, a source has no history to miss. What is missing and not needed is listed
 * in the run's reason.
 *
 * @param wanted the spans in question
 * @param minimum how many must be there; null: all that are wanted
 * @param maxMissing how many may be missing; null: whatever {@code minimum} leaves
 * @param patience how long a run waits while one is missing; zero: not at all
 */
public record Spans(
    Spans.Wanted wanted, @Nullable Integer minimum, @Nullable Integer maxMissing, Duration patience)
    implements Serializable {
  public Spans {
    if (minimum != null && minimum < 1) {
      throw new IllegalArgumentException(
          "Invalid number of spans: at least %d (from 1)".formatted(minimum));
    }
    if (maxMissing != null && maxMissing < 0) {
      throw new IllegalArgumentException(
          "Invalid number of missing spans: at most %d (from 0)".formatted(maxMissing));
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException(
          "Invalid time to wait for spans: %s (from 0)".formatted(patience));
    }
    if (wanted instanceof Wanted.Rolling rolling && minimum != null && minimum > rolling.spans()) {
      throw new IllegalArgumentException(
          "Invalid number of spans: at least %d of the last %d"
              .formatted(minimum, rolling.spans()));
    }
  }

  /** The spans in question. */
  public sealed interface Wanted extends Serializable {
    /** Those of the run's interval. */
    record OfRun() implements Wanted {}

    /** The newest that is there. */
    record Latest() implements Wanted {}

    /** The last so many, up to the run's own. */
    record Rolling(int spans) implements Wanted {
      public Rolling {
        if (spans < 1) {
          throw new IllegalArgumentException(
              "Invalid rolling window: %d spans (from 1)".formatted(spans));
        }
      }
    }

    /** The same in every run; both ends are included. */
    record Range(long from, long to) implements Wanted {
      public Range {
        if (to < from) {
          throw new IllegalArgumentException(
              "Invalid range of spans: %d to %d (the end must not be before the start)"
                  .formatted(from, to));
        }
      }
    }
  }

  /**
   * The spans of the run's interval: one for an interval of up to a day, one for each day of a
   * longer one; never "the latest". A run without an interval takes the newest span that is there,
   * and says so.
   */
  public static Spans ofRun() {
    return of(new Wanted.OfRun());
  }

  /** The newest span that is there; for a run with an interval, none after the interval's. */
  public static Spans latest() {
    return of(new Wanted.Latest());
  }

  /**
   * The last {@code spans} spans up to the run's own; for a run without an interval, up to the
   * newest that is there. All of them must be there, unless {@link #atLeast} says otherwise.
   */
  public static Spans rolling(int spans) {
    return of(new Wanted.Rolling(spans));
  }

  /** The spans from one to another, both included, in every run. */
  public static Spans range(long from, long to) {
    return of(new Wanted.Range(from, to));
  }

  /** The days from one to another, both included, in every run. */
  public static Spans range(LocalDate from, LocalDate to) {
    return range(from.toEpochDay(), to.toEpochDay());
  }

  private static Spans of(Wanted wanted) {
    return new Spans(wanted, null, null, Duration.ZERO);
  }

  /** The run goes on if so many spans are there; default all that are wanted. */
  public Spans atLeast(int spans) {
    return new Spans(wanted, spans, maxMissing, patience);
  }

  /**
   * The run goes on if no more than so many spans are missing; default what {@code atLeast} leaves.
   */
  public Spans atMostMissing(int spans) {
    return new Spans(wanted, minimum, spans, patience);
  }

  /** The run goes on with whatever is there, as long as it is anything: {@code atLeast(1)}. */
  public Spans takeWhatIsThere() {
    return atLeast(1);
  }

  /**
   * A run waits while a span is missing. After this time it goes on if enough are there, and fails
   * otherwise. Default: it does not wait.
   */
  public Spans waitFor(Duration timeout) {
    return new Spans(wanted, minimum, maxMissing, timeout);
  }

  /**
   * Chooses.
   *
   * @param there every span that is there, ascending
   */
  public SpanSelection select(List<FoundSpan> there, RunContext context) {
    Optional<DataInterval> interval = context.interval();
    List<Long> own = interval.map(Spans::days).orElse(List.of());
    OptionalLong newest =
        there.stream()
            .mapToLong(FoundSpan::span)
            .filter(span -> own.isEmpty() || span <= own.get(own.size() - 1))
            .max();
    List<Long> candidates = candidates(own, newest);
    boolean guessed =
        own.isEmpty() && (wanted instanceof Wanted.OfRun || wanted instanceof Wanted.Rolling);
    List<FoundSpan> found =
        there.stream().filter(span -> candidates.contains(span.span())).toList();
    List<Long> present = found.stream().map(FoundSpan::span).toList();
    long first = there.isEmpty() ? Long.MIN_VALUE : there.get(0).span();
    List<Long> missing =
        candidates.stream().filter(span -> span > first && !present.contains(span)).toList();
    return new SpanSelection(
        found,
        missing,
        problem(candidates, found.size(), missing),
        guessed && newest.isPresent()
            ? Optional.of(
                "took the newest span that is there, as the run has no interval: %d (%s)"
                    .formatted(newest.getAsLong(), LocalDate.ofEpochDay(newest.getAsLong())))
            : Optional.empty(),
        patience);
  }

  private List<Long> candidates(List<Long> own, OptionalLong newest) {
    if (wanted instanceof Wanted.Range range) {
      return between(range.from(), range.to());
    }
    if (wanted instanceof Wanted.Rolling rolling) {
      OptionalLong last = own.isEmpty() ? newest : OptionalLong.of(own.get(own.size() - 1));
      return last.isEmpty()
          ? List.of()
          : between(last.getAsLong() - rolling.spans() + 1, last.getAsLong());
    }
    if (wanted instanceof Wanted.OfRun && !own.isEmpty()) {
      return own;
    }
    return newest.isPresent() ? List.of(newest.getAsLong()) : List.of();
  }

  private Optional<String> problem(List<Long> candidates, int found, List<Long> missing) {
    @Nullable String why = null;
    int needed = minimum != null ? minimum : Math.max(1, candidates.size());
    if (found < needed) {
      why =
          candidates.isEmpty()
              ? "there is none at all"
              : "%d of %s %s there, at least %d needed"
                  .formatted(found, SpanText.named(candidates), found == 1 ? "is" : "are", needed);
    } else if (maxMissing != null && missing.size() > maxMissing) {
      why =
          "%d %s missing, at most %d may be"
              .formatted(missing.size(), missing.size() == 1 ? "is" : "are", maxMissing);
    }
    if (why == null) {
      return Optional.empty();
    }
    return Optional.of(
        "Cannot choose spans: %s%s. Deliver them and run again, or ask for less: atLeast, waitFor."
            .formatted(why, missing.isEmpty() ? "" : "; missing " + SpanText.named(missing)));
  }

  /** The spans of an interval: each local day that begins in it, counted from its start. */
  private static List<Long> days(DataInterval interval) {
    List<Long> days = new ArrayList<>();
    ZonedDateTime start = interval.start().atZone(interval.zone());
    for (int i = 0; start.plusDays(i).toInstant().isBefore(interval.end()); i++) {
      days.add(start.plusDays(i).toLocalDate().toEpochDay());
    }
    return days;
  }

  private static List<Long> between(long from, long to) {
    List<Long> spans = new ArrayList<>();
    for (long span = from; span <= to; span++) {
      spans.add(span);
    }
    return spans;
  }
}
