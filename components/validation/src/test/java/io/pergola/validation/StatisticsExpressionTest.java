package io.pergola.validation;

import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.number;
import static io.pergola.validation.TestStatistics.text;
import static io.pergola.validation.TestStatistics.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ColumnType;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsExpressionTest {
  /** Numbers from 1 to 4, mean 2.5, standard deviation 1; text a 75, b 25. */
  private static final DatasetStatistics STATISTICS =
      train(
          100,
          number("n", ColumnType.FLOAT, all(100), new Bucket(1, 2, 50), new Bucket(2, 4, 50)),
          text("t", all(100), new ValueCount("a", 75), new ValueCount("b", 25)));

  private static boolean holds(String feature, String expression, ValidationContext context) {
    FeatureType type = feature.equals("n") ? FeatureType.FLOAT : FeatureType.TEXT;
    FeatureSchema schema =
        FeatureSchema.of(feature, type).validations(List.of(CustomValidation.of(expression)));
    DataSchema others =
        new DataSchema(
            List.of(
                FeatureSchema.of("n", FeatureType.FLOAT), FeatureSchema.of("t", FeatureType.TEXT)));
    return Validation.validate(STATISTICS, others.with(schema), context).anomalies().isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mean == 2.5",
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "7 % 4 - 2 == 1",
        "-mean < -2",
        "!(mean < 2) && max <= 4 || false",
        "true || mean > 100 && false",
        "abs(min - max) == 3",
        "sqrt(4) == 2 && log(1) == 0",
        "quantile(0.25) == 1.5 && quantile(1) == 4 && quantile(0) == 1",
        "numNonMissing / numExamples >= .99",
        "stdDev != 1e3",
        "previous.mean > 100",
        "numNan == 0 && numInf == 0 && fractionPresent == 1"
      })
  void holdsOfNumbers(String expression) {
    assertThat(holds("n", expression, ValidationContext.NONE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean > 2.5", "0 / 0 == 0 / 0", "0 / 0 < 1", "!true", "unique > 2"})
  void doesNotHoldOfNumbers(String expression) {
    assertThat(holds("n", expression, ValidationContext.NONE)).isFalse();
  }

  @Test
  void textHasCountsAndShares() {
    assertThat(holds("t", "count(\"a\") == 75 && share('b') == 0.25", ValidationContext.NONE))
        .isTrue();
    assertThat(holds("t", "count('c') == 0 && unique == 2", ValidationContext.NONE)).isTrue();
  }

  @Test
  void earlierStatisticsAreComparedWhereThereAreSome() {
    ValidationContext since =
        new ValidationContext(
            Optional.empty(), Optional.of(STATISTICS), Optional.empty(), Optional.empty());
    assertThat(holds("n", "mean == previous.mean", since)).isTrue();
    assertThat(holds("n", "abs(mean - previous.mean) > 1", since)).isFalse();
    assertThat(holds("t", "share('a') - previous.share('a') == 0", since)).isTrue();
    assertThat(holds("n", "serving.mean == 0", since)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mean > | 7 | expected a number, a name or '(', found the end",
        "mean | 1 | expected something true or false, found a number",
        "maen > 3 | 1 | 'maen' is no statistic (known: numExamples,",
        "mean > 3 and true | 10 | expected an operator or the end, found 'a'",
        "(mean > 3 | 10 | expected ')', found the end",
        "mean > true | 8 | expected a number, found true/false",
        "sin(mean) > 1 | 1 | 'sin' is no function (known: abs,",
        "quantile(2) > 1 | 10 | expected a fraction from 0 to 1",
        "count(a) > 1 | 7 | expected a text in quotes",
        "count('a) > 1 | 7 | the text in quotes has no end",
        "1.2.3 > 1 | 1 | '1.2.3' is not a number",
        "System.exit(1) | 1 | 'System' is no statistic"
      })
  void aMistakeIsNamedWithItsColumn(String expression, int column, String why) {
    assertThatThrownBy(() -> StatisticsExpression.of(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot read the validation \"%s\" column %d: %s".formatted(expression, column, why))
        .hasMessageEndingWith(". Correct the expression.");
  }

  @Test
  void nestingHasAnEnd() {
    assertThatThrownBy(() -> StatisticsExpression.of("(".repeat(10_000)))
        .hasMessageContaining("nested deeper than 100");
  }
}
