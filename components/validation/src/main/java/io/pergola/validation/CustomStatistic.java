package io.pergola.validation;

/**
 * A number that an author's generator found.
 *
 * @param name the generator's name, a dot, and the name of the number, {@code benford.chi_square}
 * @param value any number, NaN and infinities included
 */
public record CustomStatistic(String name, double value) {}
