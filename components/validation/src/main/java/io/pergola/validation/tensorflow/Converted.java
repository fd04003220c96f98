package io.pergola.validation.tensorflow;

import java.util.List;

/**
 * What a file of TensorFlow's tools says, in Pergola's terms.
 *
 * @param value what could be taken over
 * @param notes what could not, or not exactly: a sentence each
 */
public record Converted<T>(T value, List<String> notes) {
  public Converted {
    notes = List.copyOf(notes);
  }
}
