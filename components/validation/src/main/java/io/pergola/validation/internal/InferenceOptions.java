package io.pergola.validation.internal;

import io.pergola.validation.SchemaGen.Ranges;
import io.pergola.validation.SchemaGen.Shapes;

/**
 * How a schema is inferred.
 *
 * @param ranges whether the least and greatest numbers become bounds
 * @param shapes whether fixed numbers of values become shapes
 * @param maxStrings a text feature with more distinct values gets no domain of strings
 */
public record InferenceOptions(Ranges ranges, Shapes shapes, int maxStrings) {
  /** No ranges, no shapes, 100 strings. */
  public static final InferenceOptions DEFAULT =
      new InferenceOptions(Ranges.NONE, Shapes.NONE, 100);
}
