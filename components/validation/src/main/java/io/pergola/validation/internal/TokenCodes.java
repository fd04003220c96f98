package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The distinct tokens of a column as small numbers, what {@link Tokens} says of each, and how often
 * each was counted. Each entry of the column is split once.
 */
final class TokenCodes {
  private final ExampleColumn column;
  private final Tokens how;
  private final Set<String> vocabulary;
  private final Set<String> excluded;
  private final Set<String> unknown;
  private final Set<String> notInLength;
  private final int[] @Nullable [] codesOfEntries;
  private final Map<String, Integer> codes = new HashMap<>();
  private final List<Token> tokens = new ArrayList<>();
  private long[] times = new long[16];

  /**
   * A token.
   *
   * @param text as it is counted
   * @param otherName an integer's decimal where the vocabulary has a text for it, else the text
   */
  private record Token(
      String text, String otherName, boolean isCounted, boolean isKnown, boolean isInLength) {}

  TokenCodes(ExampleColumn column, Tokens how) {
    this.column = column;
    this.how = how;
    this.vocabulary = new HashSet<>(how.vocabulary());
    this.excluded = new HashSet<>(how.excluded());
    this.unknown = new HashSet<>(how.outOfVocabulary());
    this.notInLength = new HashSet<>(how.notInLength());
    this.codesOfEntries = new int[column.entryCount()][];
  }

  /** The tokens of an entry, in their order. */
  int[] of(int entry) {
    int[] found = codesOfEntries[entry];
    if (found == null) {
      found =
          column instanceof LongColumn longs
              ? new int[] {ofInteger(longs.entries()[entry])}
              : ofText(((BytesColumn) column).entryText(entry));
      codesOfEntries[entry] = found;
    }
    return found;
  }

  private int ofInteger(long value) {
    String decimal = Long.toString(value);
    boolean isNamed = value >= 0 && value < how.vocabulary().size();
    return code(isNamed ? how.vocabulary().get((int) value) : decimal, decimal, isNamed);
  }

  private int[] ofText(String text) {
    if (how.unit() == Tokens.Unit.VALUES) {
      return new int[] {ofWord(text)};
    }
    int[] words = new int[4];
    int size = 0;
    int at = 0;
    while (at < text.length()) {
      int from = at;
      while (at < text.length() && !isBlank(text.charAt(at))) {
        at++;
      }
      if (at > from) {
        words = size == words.length ? Arrays.copyOf(words, size * 2) : words;
        words[size++] = ofWord(text.substring(from, at));
      }
      at++;
    }
    return Arrays.copyOf(words, size);
  }

  private static boolean isBlank(char character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  private int ofWord(String word) {
    return code(word, word, vocabulary.isEmpty() || vocabulary.contains(word));
  }

  private int code(String text, String otherName, boolean isNamed) {
    return codes.computeIfAbsent(
        otherName,
        name -> {
          tokens.add(
              new Token(
                  text,
                  name,
                  !excluded.contains(text) && !excluded.contains(name),
                  isNamed && !unknown.contains(text) && !unknown.contains(name),
                  !notInLength.contains(text) && !notInLength.contains(name)));
          if (tokens.size() > times.length) {
            times = Arrays.copyOf(times, times.length * 2);
          }
          return tokens.size() - 1;
        });
  }

  int size() {
    return tokens.size();
  }

  String text(int code) {
    return tokens.get(code).text();
  }

  boolean is(int code, String name) {
    Token token = tokens.get(code);
    return token.text().equals(name) || token.otherName().equals(name);
  }

  /** Whether it counts at all. */
  boolean isCounted(int code) {
    return tokens.get(code).isCounted();
  }

  /** Whether it is in the vocabulary. */
  boolean isKnown(int code) {
    return tokens.get(code).isKnown();
  }

  boolean isInLength(int code) {
    return tokens.get(code).isInLength();
  }

  void count(int code) {
    times[code]++;
  }

  long times(int code) {
    return times[code];
  }
}
