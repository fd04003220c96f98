package io.pergola.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowFilterTest {
  record Trip(Float fare, String company, Boolean shared, Long id) {}

  private final FilterColumns<Trip> trip = FilterColumns.of();

  @Test
  void theDslAndTheTextSayTheSame() {
    RowFilter written =
        trip.number(Trip::fare)
            .greaterThan(5)
            .and(trip.text(Trip::company).in("Blue", "O'Hare").or(trip.isTrue(Trip::shared)))
            .and(trip.isMissing(Trip::company).not());
    assertThat(written.text())
        .isEqualTo(
            "fare > 5 and (company in ('Blue', 'O''Hare') or shared = 1) and company is present");
    assertThat(RowFilter.parse(written.text())).isEqualTo(written);
    assertThat(written.columns()).containsExactly("company", "fare", "shared");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fare>5 | fare > 5",
        "fare == 5.50 | fare = 5.5",
        "fare <> -1e3 | fare != -1E+3",
        "NOT fare>=.5 AND b<=1 | not fare >= 0.5 and b <= 1",
        "a=1 or b=2 and c=3 | a = 1 or b = 2 and c = 3",
        "(a=1 or b=2) and c=3 | (a = 1 or b = 2) and c = 3",
        "a=1 or (b=2 or c=3) | a = 1 or (b = 2 or c = 3)",
        "not (a=1 and b=2) | not (a = 1 and b = 2)",
        "not not a is missing | not a is present",
        "a is not missing | a is present",
        "a is not present | a is missing",
        "a not in (1,2.0) | not a in (1, 2)",
        "shared = true and other = false | shared = 1 and other = 0",
        "`\"trip miles\" > 1` | `\"trip miles\" > 1`",
        "`\"in\" = 'it''s'` | `\"in\" = 'it''s'`",
        "rider.name = 'Jos\u00e9' | rider.name = 'Jos\u00e9'",
        "x < '' | x < ''",
      })
  void textIsBroughtToOneForm(String text, String form) {
    assertThat(RowFilter.parse(text).text()).isEqualTo(form);
    assertThat(RowFilter.parse(form)).isEqualTo(RowFilter.parse(text));
  }

  @Test
  void constantsKeepAllTheirDigits() {
    assertThat(RowFilter.parse("id = 9007199254740993"))
        .isEqualTo(
            new RowFilter.NumberTest(
                "id", RowFilter.Operator.EQUAL, new BigDecimal("9007199254740993")))
        .isEqualTo(trip.number(Trip::id).equalTo(9_007_199_254_740_993L));
  }

  record Refusal(String text, String message) {}

  static List<Refusal> refusals() {
    String remedy = " Write it as in: fare > 5 and company in ('A', 'B').";
    return List.of(
        new Refusal(
            "fare >",
            "Cannot read the filter fare > at character 7: the end stands where a number, or text in single quotes should."
                + remedy),
        new Refusal(
            "fare > 5 company = 'A'",
            "Cannot read the filter fare > 5 company = 'A' at character 10: 'company' stands where 'and', 'or' or the end should."
                + remedy),
        new Refusal(
            "",
            "Cannot read the filter  at character 1: the end stands where a column, 'not' or '(' should."
                + remedy),
        new Refusal(
            "(a = 1",
            "Cannot read the filter (a = 1 at character 7: the end stands where ')' should."
                + remedy),
        new Refusal(
            "a in (1, 'x')",
            "Cannot read the filter a in (1, 'x') at character 10: 'x' stands where a number should."
                + remedy),
        new Refusal(
            "a = b",
            "Cannot read the filter a = b at character 5: 'b' stands where a number, or text in single quotes should."
                + remedy),
        new Refusal(
            "a = 1; drop",
            "Cannot read the filter a = 1; drop at character 6: ';' begins nothing that a filter has. Quote text with ' and unusual column names with \"."),
        new Refusal(
            "a = 1e999999999999",
            "Cannot read the filter a = 1e999999999999 at character 5: 1e999999999999 is beyond the range of numbers. Give one of at most 1e400."));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatCannotBeReadIsSaidWithItsPlace(Refusal refusal) {
    assertThatThrownBy(() -> RowFilter.parse(refusal.text()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(refusal.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "not "})
  void deepNestingIsRefusedNotOverflown(String opening) {
    assertThatThrownBy(() -> RowFilter.parse(opening.repeat(100_000) + "a = 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 200");
  }

  @Test
  void constantsThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> trip.number(Trip::fare).greaterThan(Double.NaN))
        .hasMessage("Invalid constant of a filter of 'fare': NaN (must be finite)");
    assertThatThrownBy(() -> trip.text(Trip::company).in())
        .hasMessage("Invalid filter of 'company': no value (in(...) needs at least one)");
  }
}
