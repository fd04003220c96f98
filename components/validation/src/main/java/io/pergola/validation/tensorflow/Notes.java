package io.pergola.validation.tensorflow;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a conversion could not take along, a sentence each. */
final class Notes {
  private final Set<String> sentences = new LinkedHashSet<>();

  void add(String format, Object... values) {
    sentences.add(format.formatted(values));
  }

  List<String> sentences() {
    return List.copyOf(sentences);
  }
}
