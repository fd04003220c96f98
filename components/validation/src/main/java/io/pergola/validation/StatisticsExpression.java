package io.pergola.validation;

import io.pergola.validation.internal.ExpressionParser;

/**
 * Something that statistics of a feature fulfil or not, such as {@code mean > 3 && numMissing ==
 * 0}. It computes with numbers and truth values, and can do nothing else.
 *
 * <p>Operators, loosest first: {@code ||}, {@code &&}, {@code !}, comparisons ({@code ==}, {@code
 * !=}, {@code <}, {@code <=}, {@code >}, {@code >=}), {@code + -}, {@code * / %}, unary {@code -}.
 * Names are those of the statistics; {@code previous.mean} and {@code serving.mean} are those of
 * the previous span and of serving data. Functions: {@code abs(x)}, {@code sqrt(x)}, {@code
 * log(x)}, {@code quantile(0.9)}, {@code count("text")}, {@code share("text")}. A comparison with
 * NaN is false, but for {@code !=}.
 *
 * @param text as it was written
 */
public record StatisticsExpression(String text) {
  public StatisticsExpression {
    new ExpressionParser(text).parse();
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException naming the column, if it is none
   */
  public static StatisticsExpression of(String text) {
    return new StatisticsExpression(text);
  }
}
