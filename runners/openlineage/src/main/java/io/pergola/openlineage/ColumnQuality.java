package io.pergola.openlineage;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * What statistics say of one column, in OpenLineage's terms.
 *
 * @param nullCount examples that lack it
 * @param distinctCount distinct values, an estimate where there are many
 * @param count values in all examples
 * @param sum of the values; empty for text
 * @param min the least value; empty for text and without values
 * @param max the greatest value; empty for text and without values
 * @param quantiles fraction in 0..1 to value; empty for text
 */
public record ColumnQuality(
    long nullCount,
    OptionalLong distinctCount,
    long count,
    OptionalDouble sum,
    OptionalDouble min,
    OptionalDouble max,
    SortedMap<Double, Double> quantiles) {}
