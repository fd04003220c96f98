package io.pergola.validation;

import java.io.Serializable;
import java.util.Map;

/**
 * Statistics of an author's own, computed along with the others: in every split and every slice, in
 * parallel, and merged as they are. Implement it as a record or an enum, so that its parameters and
 * its code count in the cache key.
 *
 * <pre>{@code
 * record EvenShare() implements StatisticGenerator<ExampleColumn, EvenShare.Counts> { ... }
 * }</pre>
 *
 * @param <I> what is added: {@link io.pergola.beam.ExampleColumn} for statistics of one feature, at
 *     {@link StatisticsGen#with}; {@link io.pergola.beam.ExampleBatch} for statistics of whole
 *     examples, at {@link StatisticsGen#withExamples}
 * @param <A> the accumulator; Java serialisation carries it between workers and into {@code
 *     statistics.sketch}
 */
public interface StatisticGenerator<I, A extends Serializable> extends Serializable {
  /** Comes first in the names of its numbers; letters, digits, {@code _} and {@code -}. */
  String name();

  /** An accumulator that has seen nothing. */
  A create();

  /**
   * Adds examples.
   *
   * @param accumulator may be changed and returned
   * @param examples of one split, and of one slice where there are slices
   */
  A add(A accumulator, I examples);

  /**
   * Joins what two accumulators have seen. The result must not depend on how examples were spread
   * over accumulators; the left one's came first.
   */
  A merge(A left, A right);

  /** The numbers by their names. */
  Map<String, Double> result(A accumulator);
}
