package io.pergola.validation;

import java.util.List;
import java.util.Optional;

/**
 * Something that must hold for the statistics of a feature.
 *
 * @param expression such as {@code mean > 3 && numMissing == 0}: see {@link StatisticsExpression}
 * @param description what it says, for people; may be empty
 * @param severity of the anomaly if it does not hold
 * @param inEnvironments the environments in which it is checked; empty for all
 */
public record CustomValidation(
    StatisticsExpression expression,
    String description,
    Severity severity,
    List<String> inEnvironments) {
  public CustomValidation {
    inEnvironments = List.copyOf(inEnvironments);
  }

  /**
   * Must hold, or it is an error.
   *
   * @throws IllegalArgumentException naming the column, if it is not an expression
   */
  public static CustomValidation of(String expression) {
    return new CustomValidation(StatisticsExpression.of(expression), "", Severity.ERROR, List.of());
  }

  /** Whether it is checked in an environment; without one, if it is not confined to some. */
  public boolean isCheckedIn(Optional<String> environment) {
    return inEnvironments.isEmpty() || environment.filter(inEnvironments::contains).isPresent();
  }
}
