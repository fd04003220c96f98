package io.pergola.validation;

import io.pergola.feature.Accessor;
import io.pergola.feature.Columns;
import io.pergola.validation.Domain.NaturalLanguage;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;

/**
 * How the values of a feature are looked at as tokens. Texts and integers in these lists are texts:
 * a token of an integer feature is the vocabulary's entry of that place, from 0, or the integer in
 * decimal where there is none; both can be named.
 *
 * @param feature text or integers
 * @param unit what a token is
 * @param vocabulary the tokens that are known; empty if every text is, and no integer
 * @param excluded tokens that do not count, such as padding
 * @param outOfVocabulary tokens that stand for unknown ones, such as {@code [UNK]}
 * @param notInLength tokens that do not count in the length of sequences
 * @param reported tokens with statistics of their own
 */
public record Tokens(
    String feature,
    Tokens.Unit unit,
    List<String> vocabulary,
    List<String> excluded,
    List<String> outOfVocabulary,
    List<String> notInLength,
    List<String> reported)
    implements Serializable {
  /** What a token is. */
  public enum Unit {
    /** Each value of an example, as where examples are tokenized already. */
    VALUES,
    /** Each piece of a text without white space. */
    WORDS
  }

  public Tokens {
    vocabulary = List.copyOf(vocabulary);
    excluded = List.copyOf(excluded);
    outOfVocabulary = List.copyOf(outOfVocabulary);
    notInLength = List.copyOf(notInLength);
    reported = List.copyOf(reported);
  }

  /** The words of texts. */
  public static <R> Tokens words(Accessor<R, ?> feature) {
    return words(Columns.name(feature));
  }

  /** The words of texts, of a column named by hand. */
  public static Tokens words(String column) {
    return of(column, Unit.WORDS);
  }

  /** Values that are tokens. */
  public static <R> Tokens values(Accessor<R, ?> feature) {
    return values(Columns.name(feature));
  }

  /** Values that are tokens, of a column named by hand. */
  public static Tokens values(String column) {
    return of(column, Unit.VALUES);
  }

  private static Tokens of(String column, Unit unit) {
    return new Tokens(column, unit, List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** With the vocabulary that the tokens should be of. Default: none. */
  public Tokens vocabulary(List<String> tokens) {
    return with(draft -> draft.vocabulary = tokens);
  }

  /** Without counting these. Default: all count. */
  public Tokens excluding(String... tokens) {
    return with(draft -> draft.excluded = List.of(tokens));
  }

  /** With these as signs for tokens that the vocabulary lacks. Default: none. */
  public Tokens outOfVocabulary(String... tokens) {
    return with(draft -> draft.outOfVocabulary = List.of(tokens));
  }

  /** Without these in the length of sequences. Default: all are in it. */
  public Tokens lengthWithout(String... tokens) {
    return with(draft -> draft.notInLength = List.of(tokens));
  }

  /** With statistics of these. Default: none. */
  public Tokens reporting(String... tokens) {
    return with(draft -> draft.reported = List.of(tokens));
  }

  /** As a schema says: what does not count, what is unknown, and which tokens it limits. */
  public Tokens as(NaturalLanguage domain) {
    return with(
        draft -> {
          draft.excluded = domain.excludedTokens();
          draft.outOfVocabulary = domain.outOfVocabularyTokens();
          draft.reported =
              domain.tokenConstraints().stream()
                  .map(NaturalLanguage.TokenConstraint::token)
                  .toList();
        });
  }

  private Tokens with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Tokens(
        feature,
        unit,
        draft.vocabulary,
        draft.excluded,
        draft.outOfVocabulary,
        draft.notInLength,
        draft.reported);
  }

  /** A copy under change. */
  private static final class Draft {
    private List<String> vocabulary;
    private List<String> excluded;
    private List<String> outOfVocabulary;
    private List<String> notInLength;
    private List<String> reported;

    Draft(Tokens from) {
      vocabulary = from.vocabulary;
      excluded = from.excluded;
      outOfVocabulary = from.outOfVocabulary;
      notInLength = from.notInLength;
      reported = from.reported;
    }
  }
}
