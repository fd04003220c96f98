package io.pergola.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderTest {
  @Test
  void aTableAlignsItsColumns() {
    Table table = new Table("NAME", ">COUNT", "NOTE");
    table.add("a", "1", "");
    table.add("long name", "1,000", "x");

    assertThat(table.lines())
        .containsExactly("NAME       COUNT  NOTE", "a              1", "long name  1,000  x");
  }

  @Test
  void aTableAlignsCharactersOfTwoColumnsAndOfNone() {
    Table table = new Table("NAME", ">COUNT");
    table.add("東京", "1");
    table.add("Zu\u0308rich", "22");
    table.add("서울특별시", "3");

    assertThat(table.lines())
        .containsExactly(
            "NAME        COUNT", "東京            1", "Zu\u0308rich         22", "서울특별시      3");
  }

  /** Expected numbers: {@code wcswidth} of wcwidth 0.7.0. */
  @ParameterizedTest
  @CsvSource({
    "abc, 3",
    "日本語, 6",
    "한국어, 6",
    "\u1112\u1161\u11ab, 2",
    "naïve, 5",
    "e\u0301, 1",
    "ｱ, 1",
    "Ａ, 2",
    "😀, 2",
    "☂, 1",
    "☂\ufe0f, 2",
    "🇩🇪, 2",
    "\u0e19\u0e35\u0e49, 1",
    "'a\u00adb', 3"
  })
  void widthIsThatOfATerminal(String text, int columns) {
    assertThat(Text.width(text)).isEqualTo(columns);
  }

  @Test
  void textIsBrokenAtBlanks() {
    assertThat(Text.wrapped("one two three", 7)).containsExactly("one two", "three");
    assertThat(Text.wrapped("日本 東京", 8)).containsExactly("日本", "東京");
    assertThat(Text.wrapped("immeasurable one", 5)).containsExactly("immeasurable", "one");
    assertThat(Text.wrapped("", 5)).containsExactly("");
  }

  @Test
  void whatIsCutTakesNoMoreColumnsAndCutsNoCharacter() {
    assertThat(Text.clip("日本語です", 7)).isEqualTo("日本語…");
    assertThat(Text.clip("日本語です", 6)).isEqualTo("日本…");
    assertThat(Text.clip("e\u0301e\u0301e\u0301", 2)).isEqualTo("e\u0301…");
    assertThat(Text.clip("日本", 1)).isEmpty();
    assertThat(Text.clip("日本", 4)).isEqualTo("日本");
  }

  @Test
  void namesFromDataCannotSteerATerminal() {
    assertThat(Text.plain("a\u001b[31mb\r\nc\u202ed\u0007"))
        .isEqualTo("a\\u001b[31mb\\u000d\\u000ac\\u202ed\\u0007");
    assertThat(Text.plain("naïve ☂ 語 😀")).isEqualTo("naïve ☂ 語 😀");
  }

  @Test
  void barsAreRelativeToTheFullestBucket() {
    assertThat(Bars.of(List.of(0.0, 0.1, 4.0, 8.0))).isEqualTo(" ▁▄█");
    assertThat(Bars.of(List.of())).isEmpty();
    assertThat(Bars.of(List.of(0.0, 0.0))).isEqualTo("  ");
  }

  @Test
  void aTreeShowsItsBranches() {
    Tree tree = new Tree("a", List.of(new Tree("b", List.of(Tree.leaf("c"))), Tree.leaf("d")));

    assertThat(tree.lines()).containsExactly("a", "├─ b", "│  └─ c", "└─ d");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "15, 15",
    "-3, -3",
    "0.5, 0.5000",
    "12.3456, 12.346",
    "123.456, 123.46",
    "1234.56, 1234.6",
    "1234567, 1.23e+06",
    "0.00001, 1.00e-05",
    "NaN, -",
    "Infinity, inf"
  })
  void numbersHaveAboutFourDigits(double value, String text) {
    assertThat(Text.number(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "1234, 1.2 s",
    "59949, 59.9 s",
    "59950, 0 m 59 s",
    "123000, 2 m 03 s",
    "3900000, 1 h 05 m"
  })
  void durationsGetCoarserAsTheyGrow(long millis, String text) {
    assertThat(Text.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 KB",
    "999499, 999 KB",
    "999500, 1.0 MB",
    "205000000, 205 MB"
  })
  void sizesCountThousands(long bytes, String text) {
    assertThat(Text.size(bytes)).isEqualTo(text);
  }

  @Test
  void longTextIsCut() {
    assertThat(Text.clip("abcdef", 4)).isEqualTo("abc…");
    assertThat(Text.clip("abcd", 4)).isEqualTo("abcd");
  }
}
