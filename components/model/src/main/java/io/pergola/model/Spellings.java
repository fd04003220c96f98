package io.pergola.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The texts that become a term in small letters. A graph makes small letters of the ASCII ones
 * only, which machines agree on, and finds the others by looking up every spelling.
 */
final class Spellings {
  /** A letter that is two in small letters; some machines make it one. */
  static final String DOTTED_I = "\u0130";

  private static final char CAPITAL_SIGMA = '\u03a3';

  private Spellings() {}

  /** The characters beyond ASCII that become each character. */
  private static final class Capitals {
    static final Map<Integer, List<Integer>> OF = new HashMap<>();

    static {
      for (int c = 0x80; c <= Character.MAX_CODE_POINT; c++) {
        int small = Character.toLowerCase(c);
        if (small != c && c != CAPITAL_SIGMA && c != DOTTED_I.charAt(0)) {
          OF.computeIfAbsent(small, key -> new ArrayList<>()).add(c);
        }
      }
    }
  }

  /**
   * The spellings of a term, itself first; none of one that no text becomes.
   *
   * @param most how many there may be
   * @return empty if there are more, or they depend on the letters around: sigma, and an i with a
   *     dot above as a character of its own
   */
  static Optional<List<String>> of(String term, int most) {
    if (term.indexOf('\u03c3') >= 0 || term.indexOf('\u03c2') >= 0 || term.contains("i\u0307")) {
      return Optional.empty();
    }
    if (!term.equals(term.toLowerCase(Locale.ROOT))) {
      return Optional.of(List.of());
    }
    List<StringBuilder> all = new ArrayList<>(List.of(new StringBuilder()));
    for (int i = 0; i < term.length(); i += Character.charCount(term.codePointAt(i))) {
      int c = term.codePointAt(i);
      List<Integer> others = Capitals.OF.getOrDefault(c, List.of());
      if ((long) all.size() * (others.size() + 1) > most) {
        return Optional.empty();
      }
      List<StringBuilder> longer = new ArrayList<>();
      for (StringBuilder start : all) {
        longer.add(new StringBuilder(start).appendCodePoint(c));
        others.forEach(other -> longer.add(new StringBuilder(start).appendCodePoint(other)));
      }
      all = longer;
    }
    return Optional.of(all.stream().map(StringBuilder::toString).toList());
  }

  /** Whether small letters change none of a text's characters, and no other character into one. */
  static boolean isCaseless(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                Character.toLowerCase(c) == c
                    && !Capitals.OF.containsKey(c)
                    && !(c >= 'a' && c <= 'z')
                    && c != '\u03c3'
                    && c != '\u03c2'
                    && c != '\u0307');
  }
}
