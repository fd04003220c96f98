package io.pergola.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which characters separate the parts of a text, where a pattern says no more than that. */
final class Separators {
  /** The most characters that a graph splits at: each is a step of its own. */
  private static final int MOST = 256;

  private static final String SPECIAL = "\\^$.|?*+()[]{}";

  private Separators() {}

  /** White space, as plans define it. */
  static List<String> whiteSpace() {
    List<String> found = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      if (Character.isWhitespace(c)) {
        found.add(Character.toString(c));
      }
    }
    return found;
  }

  /**
   * The characters that a pattern matches, if it is one character of a set or a run of them: {@code
   * ,} or {@code [\s,;]+}.
   *
   * @return empty if it is anything else, or the set has more than {@value #MOST} characters
   */
  static Optional<List<String>> of(String pattern, int flags) {
    int allowed = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    int end = endOfSet(pattern);
    if ((flags & ~allowed) != 0 || end < 0) {
      return Optional.empty();
    }
    String rest = pattern.substring(end);
    if (!(rest.isEmpty() || rest.equals("+") || rest.equals("++"))) {
      return Optional.empty();
    }
    Pattern one = Pattern.compile(pattern.substring(0, end), flags);
    List<String> found = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      String text = Character.toString(c);
      if (!half && one.matcher(text).matches()) {
        found.add(text);
        if (found.size() > MOST) {
          return Optional.empty();
        }
      }
    }
    // Text that is missing is one of that character.
    return found.isEmpty() || found.contains(FullGraph.MISSING_TEXT)
        ? Optional.empty()
        : Optional.of(found);
  }

  /** Where a pattern's first set or character ends; -1 if it begins with anything else. */
  private static int endOfSet(String pattern) {
    if (pattern.startsWith("[")) {
      return endOfBrackets(pattern);
    } else if (pattern.length() > 1 && pattern.charAt(0) == '\\') {
      return endOfEscape(pattern);
    }
    if (pattern.isEmpty() || SPECIAL.indexOf(pattern.charAt(0)) >= 0) {
      return -1;
    }
    return Character.charCount(pattern.codePointAt(0));
  }

  private static int endOfBrackets(String pattern) {
    if (pattern.contains("\\Q")) {
      return -1;
    }
    int open = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        open++;
      } else if (c == ']' && --open == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  /** Of {@code \s}, {@code \p{Punct}}, {@code \.}; not of boundaries and back references. */
  private static int endOfEscape(String pattern) {
    char kind = pattern.charAt(1);
    if (kind == 'p' || kind == 'P') {
      return pattern.startsWith("{", 2) ? pattern.indexOf('}') + 1 : -1;
    }
    boolean isSet = "sSdDwWhHvVtnrf".indexOf(kind) >= 0;
    boolean isLiteral = kind < 0x80 && !Character.isLetterOrDigit(kind);
    return isSet || isLiteral ? 2 : -1;
  }

  /** The only text that a pattern matches, if there is one. */
  static Optional<String> literal(String pattern, int flags) {
    boolean plain = pattern.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0);
    return !pattern.isEmpty() && (flags == 0 && plain || flags == Pattern.LITERAL)
        ? Optional.of(pattern)
        : Optional.empty();
  }

  /** A pattern of RE2 for the texts that have any of some characters. */
  static String anyOf(List<String> characters) {
    StringBuilder set = new StringBuilder("(?s).*[");
    for (String c : characters) {
      set.append("\\x{").append(Integer.toHexString(c.codePointAt(0))).append('}');
    }
    return set.append("].*").toString();
  }
}
