package io.pergola.validation;

/**
 * The slices of one slicing that have no statistics of their own, counted together.
 *
 * @param slicing the features, such as {@code company x hour}
 * @param slices how many there are; an estimate where there are more than 50,000 of the slicing
 * @param examples how many examples they have together; one that is in several counts in each
 */
public record OtherSlices(String slicing, long slices, long examples) {}
