package io.pergola.examples.reviews;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One review of a film, as it stands in the CSV file.
 *
 * @param label 1 if the film was liked, 0 if not
 * @param text with marks of HTML such as {@code <br />}
 */
public record Review(@Nullable Integer label, @Nullable String text) implements Serializable {}
