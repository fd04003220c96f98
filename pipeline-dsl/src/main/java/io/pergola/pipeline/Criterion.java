package io.pergola.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A {@link Condition} as plain data: what it asks of which artifact. It is judged by what the
 * metadata store has on record of the artifact, never by its files.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "test")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Criterion.OfNumber.class, name = "number"),
  @JsonSubTypes.Type(value = Criterion.OfText.class, name = "text"),
  @JsonSubTypes.Type(value = Criterion.NoAnomalies.class, name = "no_anomalies"),
  @JsonSubTypes.Type(value = Criterion.Exists.class, name = "exists"),
  @JsonSubTypes.Type(value = Criterion.All.class, name = "all"),
  @JsonSubTypes.Type(value = Criterion.AnyOf.class, name = "any"),
  @JsonSubTypes.Type(value = Criterion.Not.class, name = "not"),
  @JsonSubTypes.Type(value = Criterion.Given.class, name = "given")
})
public sealed interface Criterion extends Serializable {
  /** What it asks, for people: {@code accuracy of 'evaluator' is at least 0.9}. */
  String text();

  /** Ids of the nodes whose artifacts it asks about. */
  Set<String> reads();

  /**
   * Whether it holds.
   *
   * @throws IllegalArgumentException if the artifact has no such property, saying which it has
   */
  Judgement judge(Facts facts);

  /** This criterion with every part of it replaced, from the inside out. */
  Criterion replace(Function<Criterion, Criterion> replacement);

  /** What is known of artifacts. */
  interface Facts {
    /** Whether the node has come to its end, so that it is known which artifacts it gave. */
    boolean isKnown(String node);

    /** The recorded properties of an artifact of a known node; empty if there is no artifact. */
    Optional<? extends Map<String, Object>> properties(String node, String output);
  }

  /** The answer to whether a criterion holds. */
  enum Answer {
    YES,
    NO,
    UNKNOWN
  }

  /**
   * The answer, and what it rests on.
   *
   * @param because the fact, {@code accuracy 0.83 is below 0.9}; or which nodes it waits for
   */
  record Judgement(Answer answer, String because) {
    static Judgement of(boolean holds, String because) {
      return new Judgement(holds ? Answer.YES : Answer.NO, because);
    }

    static Judgement unknown(String node) {
      return new Judgement(Answer.UNKNOWN, "decided after '%s'".formatted(node));
    }
  }

  /** How a number stands to a bound. */
  enum Comparison {
    @JsonProperty("at_least")
    AT_LEAST("at least"),
    @JsonProperty("at_most")
    AT_MOST("at most"),
    @JsonProperty("above")
    ABOVE("above"),
    @JsonProperty("below")
    BELOW("below");

    private final String words;

    Comparison(String words) {
      this.words = words;
    }

    boolean holds(double value, double bound) {
      return switch (this) {
        case AT_LEAST -> value >= bound;
        case AT_MOST -> value <= bound;
        case ABOVE -> value > bound;
        case BELOW -> value < bound;
      };
    }

    private Comparison opposite() {
      return switch (this) {
        case AT_LEAST -> BELOW;
        case AT_MOST -> ABOVE;
        case ABOVE -> AT_MOST;
        case BELOW -> AT_LEAST;
      };
    }
  }

  /**
   * A number on record of an artifact: a metric of an evaluation, the size of a vocabulary. NaN
   * meets no bound.
   */
  record OfNumber(String node, String output, String property, Comparison comparison, double bound)
      implements Criterion {
    @Override
    public String text() {
      return "%s of '%s' is %s %s".formatted(property, node, comparison.words, number(bound));
    }

    @Override
    public Set<String> reads() {
      return Set.of(node);
    }

    @Override
    public Judgement judge(Facts facts) {
      if (!facts.isKnown(node)) {
        return Judgement.unknown(node);
      }
      Object recorded = recorded(facts, node, output, property);
      double value;
      try {
        value = Double.parseDouble(recorded.toString());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "'%s' of %s.%s is '%s', which is no number. Ask for its text: Condition.property(...).is(...)."
                .formatted(property, node, output, recorded),
            e);
      }
      boolean holds = comparison.holds(value, bound);
      String words =
          holds
              ? comparison.words
              : Double.isNaN(value) ? "not " + comparison.words : comparison.opposite().words;
      return Judgement.of(
          holds, "%s %s is %s %s".formatted(property, number(value), words, number(bound)));
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(this);
    }
  }

  /** A text on record of an artifact. */
  record OfText(String node, String output, String property, String value) implements Criterion {
    @Override
    public String text() {
      return "%s of '%s' is '%s'".formatted(property, node, value);
    }

    @Override
    public Set<String> reads() {
      return Set.of(node);
    }

    @Override
    public Judgement judge(Facts facts) {
      if (!facts.isKnown(node)) {
        return Judgement.unknown(node);
      }
      String recorded = recorded(facts, node, output, property).toString();
      boolean holds = recorded.equals(value);
      return Judgement.of(
          holds,
          "%s is '%s'%s".formatted(property, recorded, holds ? "" : ", not '" + value + "'"));
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(this);
    }
  }

  /** That a validation found nothing wrong. */
  record NoAnomalies(String node, String output, Severity severity) implements Criterion {
    /** What counts. */
    public enum Severity {
      @JsonProperty("any")
      ANY,
      @JsonProperty("error")
      ERROR
    }

    @Override
    public String text() {
      return "'%s' finds no %s".formatted(node, severity == Severity.ANY ? "anomalies" : "errors");
    }

    @Override
    public Set<String> reads() {
      return Set.of(node);
    }

    @Override
    public Judgement judge(Facts facts) {
      if (!facts.isKnown(node)) {
        return Judgement.unknown(node);
      }
      long errors = count(facts, "errors");
      long warnings = severity == Severity.ANY ? count(facts, "warnings") : 0;
      List<String> found = new ArrayList<>();
      if (errors > 0) {
        found.add(errors == 1 ? "1 error" : errors + " errors");
      }
      if (warnings > 0) {
        found.add(warnings == 1 ? "1 warning" : warnings + " warnings");
      }
      return Judgement.of(
          found.isEmpty(),
          found.isEmpty()
              ? "'%s' found no %s"
                  .formatted(node, severity == Severity.ANY ? "anomalies" : "errors")
              : "'%s' found %s".formatted(node, String.join(" and ", found)));
    }

    private long count(Facts facts, String property) {
      return Long.parseLong(recorded(facts, node, output, property).toString());
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(this);
    }
  }

  /** That an optional artifact is there. */
  record Exists(String node, String output) implements Criterion {
    @Override
    public String text() {
      return "'%s' gives a '%s'".formatted(node, output);
    }

    @Override
    public Set<String> reads() {
      return Set.of(node);
    }

    @Override
    public Judgement judge(Facts facts) {
      if (!facts.isKnown(node)) {
        return Judgement.unknown(node);
      }
      boolean there = facts.properties(node, output).isPresent();
      return Judgement.of(there, "'%s' gave %s '%s'".formatted(node, there ? "a" : "no", output));
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(this);
    }
  }

  /** That all of them hold; of none, always. */
  record All(List<Criterion> of) implements Criterion {
    public All {
      of = List.copyOf(of);
    }

    @Override
    public String text() {
      return of.isEmpty() ? "always" : joined(of, " and ");
    }

    @Override
    public Set<String> reads() {
      return allReads(of);
    }

    @Override
    public Judgement judge(Facts facts) {
      return judged(of, facts, Answer.NO, Answer.YES);
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(new All(of.stream().map(c -> c.replace(replacement)).toList()));
    }
  }

  /** That at least one of them holds. */
  record AnyOf(List<Criterion> of) implements Criterion {
    public AnyOf {
      of = List.copyOf(of);
    }

    @Override
    public String text() {
      return joined(of, " or ");
    }

    @Override
    public Set<String> reads() {
      return allReads(of);
    }

    @Override
    public Judgement judge(Facts facts) {
      return judged(of, facts, Answer.YES, Answer.NO);
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(new AnyOf(of.stream().map(c -> c.replace(replacement)).toList()));
    }
  }

  /** That it does not hold. */
  record Not(Criterion of) implements Criterion {
    @Override
    public String text() {
      return "not (%s)".formatted(of.text());
    }

    @Override
    public Set<String> reads() {
      return of.reads();
    }

    @Override
    public Judgement judge(Facts facts) {
      Judgement inner = of.judge(facts);
      return switch (inner.answer()) {
        case YES -> new Judgement(Answer.NO, inner.because());
        case NO -> new Judgement(Answer.YES, inner.because());
        case UNKNOWN -> inner;
      };
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(new Not(of.replace(replacement)));
    }
  }

  /** An answer that was given beforehand, as a test does. */
  record Given(boolean holds, String because) implements Criterion {
    @Override
    public String text() {
      return because;
    }

    @Override
    public Set<String> reads() {
      return Set.of();
    }

    @Override
    public Judgement judge(Facts facts) {
      return Judgement.of(holds, because);
    }

    @Override
    public Criterion replace(Function<Criterion, Criterion> replacement) {
      return replacement.apply(this);
    }
  }

  private static Object recorded(Facts facts, String node, String output, String property) {
    Map<String, Object> properties =
        facts
            .properties(node, output)
            .map(found -> (Map<String, Object>) found)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s.%s is absent. Ask first whether it exists: Condition.exists(...).and(...)."
                            .formatted(node, output)));
    Object value = properties.get(property);
    if (value == null) {
      throw new IllegalArgumentException(
          "%s.%s has no '%s' on record. %s"
              .formatted(
                  node,
                  output,
                  property,
                  Suggestions.nearest(property, properties.keySet())
                      .map("Did you mean '%s'?"::formatted)
                      .orElseGet(
                          () ->
                              properties.isEmpty()
                                  ? "Let its component record it with execution().property(...)."
                                  : "It has %s."
                                      .formatted(String.join(", ", properties.keySet())))));
    }
    return value;
  }

  /** The first deciding answers, else unknown ones, else all. */
  private static Judgement judged(
      List<Criterion> all, Facts facts, Answer deciding, Answer otherwise) {
    List<Judgement> judgements = new ArrayList<>();
    for (Criterion one : all) {
      Judgement judgement = one.judge(facts);
      if (judgement.answer() == deciding) {
        return judgement;
      }
      judgements.add(judgement);
    }
    List<String> unknown =
        judgements.stream()
            .filter(judgement -> judgement.answer() == Answer.UNKNOWN)
            .map(Judgement::because)
            .distinct()
            .toList();
    return unknown.isEmpty()
        ? new Judgement(
            otherwise,
            judgements.stream().map(Judgement::because).collect(Collectors.joining(" and ")))
        : new Judgement(Answer.UNKNOWN, String.join(" and ", unknown));
  }

  private static String joined(List<Criterion> all, String word) {
    return all.stream()
        .map(
            one -> one instanceof All || one instanceof AnyOf ? "(" + one.text() + ")" : one.text())
        .collect(Collectors.joining(word));
  }

  private static Set<String> allReads(List<Criterion> all) {
    Set<String> reads = new LinkedHashSet<>();
    all.forEach(one -> reads.addAll(one.reads()));
    return reads;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Objects.toString(value);
  }
}
