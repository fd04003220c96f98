package io.pergola.schedule;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts that refer to variables of the environment: {@code ${env:NAME}}, any number of times. What
 * is stored and shown is the text; what it stands for is known only where a run is started.
 */
final class VariableReferences {
  private static final String BEGIN = "${env:";
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([^{}]*)\\}");

  private VariableReferences() {}

  /** Whether a text refers to any variable. */
  static boolean areIn(String text) {
    return text.contains(BEGIN);
  }

  /**
   * Refuses references that are cut short, or whose variable no process may be told of.
   *
   * @throws IllegalArgumentException saying what is wrong; the rest of the text is left out
   */
  static void check(String text) {
    names(text).forEach(ChildSettings::checkVariable);
    if (areIn(REFERENCE.matcher(text).replaceAll(""))) {
      throw new IllegalArgumentException(
          "Invalid reference to a variable: it has no end. Write %sNAME}.".formatted(BEGIN));
    }
  }

  /** The variables that a text refers to. */
  static SortedSet<String> names(String text) {
    SortedSet<String> names = new TreeSet<>();
    Matcher references = REFERENCE.matcher(text);
    while (references.find()) {
      names.add(references.group(1));
    }
    return names;
  }

  /**
   * What a text stands for. What a variable holds is taken as it is: a reference in it is none.
   *
   * @param environment has all of {@link #names}
   */
  static String resolve(String text, Map<String, String> environment) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference ->
                Matcher.quoteReplacement(environment.getOrDefault(reference.group(1), "")));
  }
}
