package io.pergola.validation;

/** A value and the sum of the weights of the examples that have it, once for each time. */
public record WeightedCount(String value, double weight) {}
