package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TextReplace;
import io.pergola.feature.TokenList;
import io.pergola.model.PlanSteps.Column;
import io.pergola.model.RaggedLists.Ragged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Texts split into tokens in ONNX. A text in small letters stays as it was written until it is
 * looked up ({@link Spellings}).
 */
final class PlanTokens {
  static final String CASE =
      "ONNX has no operator that makes small letters as Java does, only a look-up that finds them";

  static final String UNCHANGED =
      "ONNX has no operator that changes or measures texts as Java does";

  /** How long the runs of a separator are that are taken away at once. */
  private static final int RUN = 8;

  private final PlanSteps steps;
  private final RaggedLists lists;
  private final Texts texts;

  /** What texts a plan has. */
  interface Texts {
    Column column(Expr.OfText e) throws PlanExport.EndsHereException;

    PlanExport.EndsHereException ends(Expr e, String reason);
  }

  PlanTokens(PlanSteps steps, RaggedLists lists, Texts texts) {
    this.steps = steps;
    this.lists = lists;
    this.texts = texts;
  }

  /** Whether the text, or each token, is still to be made one in small letters. */
  static boolean isToBeLowered(Expr e) {
    if (e instanceof TextFunction function) {
      return function.function() == TextFunction.Name.LOWER || isToBeLowered(function.of());
    } else if (e instanceof TokenList.Each each) {
      return each.function() == TextFunction.Name.LOWER || isToBeLowered(each.of());
    } else if (e instanceof Expr.OfText || e instanceof TokenList) {
      return e.operands().stream().anyMatch(PlanTokens::isToBeLowered);
    }
    return false;
  }

  /** The tokens of an expression, as they were written. */
  Ragged tokens(Expr.OfTokens e) throws PlanExport.EndsHereException {
    if (e instanceof TokenList.Column column) {
      String missing =
          steps.encode(column.column(), List.of(FullGraph.MISSING_TEXT), new long[] {0}, 1);
      return lists.ofColumn(
          column.column(), steps.cast(missing, PlanSteps.BOOL), steps.text(FullGraph.MISSING_TEXT));
    } else if (e instanceof TokenList.Tokenize tokenize) {
      return split(e, tokenize.of(), Separators.whiteSpace());
    } else if (e instanceof TokenList.Split split) {
      List<String> separators =
          Separators.of(split.pattern(), split.flags())
              .orElseThrow(
                  () ->
                      texts.ends(
                          e,
                          "ONNX splits at characters, and the pattern is not one of a set of 256 at most"));
      return split(e, split.of(), separators);
    } else if (e instanceof TokenList.Each each) {
      return each(each);
    } else if (e instanceof TokenList.NGrams ngrams) {
      if (isToBeLowered(e) && !Spellings.isCaseless(ngrams.separator())) {
        throw texts.ends(e, CASE);
      }
      Ragged parts = tokens(ngrams.of());
      return lists.ngrams(parts, ngrams.from(), ngrams.to(), steps.text(ngrams.separator()));
    } else if (e instanceof TokenList.Distinct distinct) {
      if (isToBeLowered(e)) {
        throw texts.ends(e, CASE);
      }
      return lists.distinctTexts(tokens(distinct.of()));
    } else if (e instanceof TokenList.First first) {
      return lists.first(tokens(first.of()), first.count());
    }
    throw texts.ends(
        e, "ONNX has no operator that finds what a pattern matches, only one that splits");
  }

  private Ragged each(TokenList.Each e) throws PlanExport.EndsHereException {
    if (e.function() == TextFunction.Name.NFC
        || e.function() == TextFunction.Name.STRIP && !hasNoSpace(e.of())) {
      throw texts.ends(e, UNCHANGED);
    }
    return tokens(e.of());
  }

  /** Whether no token can have white space. */
  private static boolean hasNoSpace(Expr.OfTokens e) {
    if (e instanceof TokenList.Split split) {
      return Separators.of(split.pattern(), split.flags())
          .filter(set -> set.containsAll(Separators.whiteSpace()))
          .isPresent();
    } else if (e instanceof TokenList.Each
        || e instanceof TokenList.Distinct
        || e instanceof TokenList.First) {
      return hasNoSpace((Expr.OfTokens) e.operands().get(0));
    }
    return e instanceof TokenList.Tokenize;
  }

  /** The parts of a text between separators, without empty ones. */
  private Ragged split(Expr.OfTokens e, Expr.OfText of, List<String> set)
      throws PlanExport.EndsHereException {
    if (isToBeLowered(of) && !set.stream().allMatch(Spellings::isCaseless)) {
      throw texts.ends(e, CASE);
    }
    List<String> replaced = new ArrayList<>();
    Expr.OfText text = of;
    while (text instanceof TextFunction || text instanceof TextReplace) {
      if (text instanceof TextReplace replace) {
        requireApart(e, replaced, set);
        replaced.addAll(0, replaced(replace, set));
        text = replace.of();
        continue;
      }
      TextFunction function = (TextFunction) text;
      if (function.function() == TextFunction.Name.STRIP
          && set.containsAll(Separators.whiteSpace())) {
        requireApart(e, replaced, set);
      } else if (function.function() != TextFunction.Name.LOWER) {
        throw texts.ends(text, UNCHANGED);
      }
      text = function.of();
    }
    Column column = texts.column(text);
    Ragged whole =
        lists.ofOne(column.value(), steps.text(FullGraph.MISSING_TEXT), column.present());
    return split(whole, replaced, set);
  }

  /** What is taken out later must not be made, or taken away, by what is done to a text before. */
  private void requireApart(Expr e, List<String> later, List<String> set)
      throws PlanExport.EndsHereException {
    for (String literal : later) {
      if (literal.codePoints().anyMatch(c -> set.contains(Character.toString(c)))) {
        throw texts.ends(e, UNCHANGED);
      }
    }
  }

  /** What is replaced by separators separates. */
  private List<String> replaced(TextReplace e, List<String> set)
      throws PlanExport.EndsHereException {
    Optional<List<String>> found =
        Separators.literal(e.pattern(), e.flags())
            .map(List::of)
            .or(() -> Separators.of(e.pattern(), e.flags()));
    boolean separates =
        !e.replacement().isEmpty()
            && e.replacement().codePoints().allMatch(c -> set.contains(Character.toString(c)));
    if (found.isEmpty() || !separates) {
      throw texts.ends(e, UNCHANGED);
    } else if (isToBeLowered(e.of()) && !found.get().stream().allMatch(Spellings::isCaseless)) {
      throw texts.ends(e, CASE);
    }
    return found.get();
  }

  /** Texts as a vector, and beside each what it is a part of. */
  private record Parts(String texts, String owners) {}

  /**
   * Splits.
   *
   * @param texts at these, one after the other
   * @param set then at these characters
   */
  private Ragged split(Ragged whole, List<String> texts, List<String> set) {
    Parts parts = new Parts(steps.reshape(whole.values(), -1), whole.rows());
    for (String text : texts) {
      parts = splitAt(parts, text);
    }
    String first = set.contains(" ") ? " " : set.get(0);
    parts = splitAt(parts, first);
    List<String> rest = new ArrayList<>(set);
    rest.remove(first);
    if (!rest.isEmpty()) {
      parts = splitOthers(parts, rest);
    }
    return new Ragged(steps.reshape(parts.texts(), -1, 1), parts.owners(), whole.present());
  }

  /**
   * Lines of dashes and the like first, which are of ASCII, so that few pieces are made at once.
   */
  private Parts splitAtRuns(Parts parts, String separator) {
    boolean isAscii = separator.charAt(0) < 0x80;
    return splitAt(isAscii ? splitAt(parts, separator.repeat(RUN)) : parts, separator);
  }

  private Parts splitAt(Parts parts, String separator) {
    String pieces =
        steps
            .nodes()
            .add("StringSplit", 2, List.of(parts.texts()), OnnxNodes.text("delimiter", separator))
            .get(0);
    String flat = steps.reshape(pieces, -1);
    String owners =
        steps.reshape(steps.add("Expand", parts.owners(), steps.add("Shape", pieces)), -1, 1);
    String kept = steps.cast(steps.encode(flat, List.of(""), new long[] {0}, 1), PlanSteps.BOOL);
    return new Parts(lists.compress(flat, kept), lists.compress(owners, kept));
  }

  /**
   * Splits those parts only that have a separator: most words have none, and a step that splits
   * makes room for the most pieces that any text has.
   */
  private Parts splitOthers(Parts whole, List<String> separators) {
    String places = lists.places(whole.texts());
    String matches =
        steps
            .nodes()
            .add(
                "RegexFullMatch",
                List.of(whole.texts()),
                OnnxNodes.text("pattern", Separators.anyOf(separators)));
    // The one behind the last example is among them, so that none of these tensors is empty.
    String chosen = steps.add("Or", steps.reshape(matches, -1, 1), lists.isBehind(whole.owners()));
    Parts parts = new Parts(lists.compress(whole.texts(), chosen), lists.compress(places, chosen));
    for (String separator : separators) {
      parts = splitAtRuns(parts, separator);
    }
    String others = steps.not(chosen);
    String leftAlone = lists.compress(places, others);
    String count = lists.size(whole.texts());
    String owners = stacked(leftAlone, parts.owners());
    String starts = lists.before(lists.counts(owners, count));
    String startsOfParts = lists.before(lists.counts(parts.owners(), count));
    String ranks =
        steps.add(
            "Sub", lists.places(parts.texts()), steps.add("Gather", startsOfParts, parts.owners()));
    String to =
        stacked(
            steps.add("Gather", starts, leftAlone),
            steps.add("Add", steps.add("Gather", starts, parts.owners()), ranks));
    String texts = stacked(lists.compress(whole.texts(), others), parts.texts());
    String from = lists.places(texts);
    String order =
        lists.scatter(
            steps.add("Expand", steps.longs(0), lists.size(texts)),
            steps.reshape(to, -1),
            steps.reshape(from, -1),
            "none");
    String rows =
        steps.add("Gather", whole.owners(), steps.reshape(steps.add("Gather", owners, order), -1));
    return new Parts(steps.add("Gather", texts, order), rows);
  }

  private String stacked(String a, String b) {
    return steps.nodes().add("Concat", List.of(a, b), OnnxNodes.integer("axis", 0));
  }
}
