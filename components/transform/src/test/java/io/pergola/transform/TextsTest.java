package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final Text T = Columns.<Row>of().text(Column.text("t"));

  /** The texts that a feature becomes, told by a vocabulary of those expected, in order. */
  private static void becomes(Text feature, String[] given, String... expected) {
    Terms terms = Terms.of(Arrays.stream(expected).distinct().toArray(String[]::new));
    Categorical ids = feature.vocabulary(terms.size(), 0);
    FittedPlan plan =
        FittedPlan.of(
            Features.of().categorical(ids).unlabelled(),
            List.of(new Fitted.Vocabulary((Expr.Vocabulary) ids.expr(), 1, terms)));
    List<String> made =
        values(plan, Batches.batch(Batches.text("t", given))).stream()
            .map(id -> (long) id < 0 ? "another text" : terms.text((int) (long) id))
            .toList();
    assertThat(made).containsExactly(expected);
  }

  private static List<Object> values(FittedPlan plan, ExampleBatch raw) {
    List<Object> values = Batches.values(plan.apply(raw), "t");
    assertThat(Batches.values(plan.apply(Batches.dictionaries(raw)), "t")).isEqualTo(values);
    return values;
  }

  private static List<Object> numbers(Numeric feature, ExampleBatch raw) {
    return values(FittedPlan.of(Features.of().dense(feature).unlabelled(), List.of()), raw);
  }

  @Test
  void upperFollowsUnicodeAndNfkcMakesAlikeWhatLooksAlike() {
    becomes(T.upper(), new String[] {"stra\u00dfe", "i"}, "STRASSE", "I");
    // A wide A, the ligature fi, and a superscript two.
    becomes(T.nfkc(), new String[] {"\uff21", "\ufb01n", "m\u00b2"}, "A", "fin", "m2");
  }

  @Test
  void aTextIsOneOfSomeOrNotOrMissing() {
    Numeric is = T.is("cash", "", "stra\u00dfe").asNumber();
    ExampleBatch raw =
        Batches.batch(Batches.text("t", "cash", "Cash", "", "stra\u00dfe", null, "cas"));
    assertThat(numbers(is, raw)).containsExactly(1f, 0f, 1f, 1f, null, 0f);
    assertThat(is.expr().text()).isEqualTo("t.is(\"cash\", \"\", \"stra\u00dfe\").asNumber()");
    assertThatThrownBy(() -> T.is("a", "a"))
        .hasMessage("Invalid texts to compare t with: [a, a] (at least one, each once)");
  }

  @Test
  void lowerFollowsUnicodeAndNoLanguage() {
    becomes(
        T.lower(),
        new String[] {"Blue CAB", "\u00c4\u00d6", "I", "\u03a3\u039f\u03a3"},
        "blue cab",
        "\u00e4\u00f6",
        "i",
        "\u03c3\u03bf\u03c2");
  }

  @Test
  void stripTakesWhiteSpaceFromTheEndsAlone() {
    becomes(T.strip(), new String[] {"  a b\t", "\u2003x\n", "y"}, "a b", "x", "y");
  }

  @Test
  void nfcWritesALetterInOneWay() {
    // The ring as a letter of its own, and the sign for the unit: UAX 15, figure 3.
    becomes(T.nfc(), new String[] {"A\u030a", "\u212b", "\u00c5"}, "\u00c5", "\u00c5", "\u00c5");
  }

  @Test
  void functionsFollowEachOther() {
    becomes(T.strip().lower().nfc(), new String[] {" CAFE\u0301 "}, "caf\u00e9");
    assertThat(T.orElse("").strip().lower().nfc().expr().text())
        .isEqualTo("t.orElse(\"\").strip().lower().nfc()");
  }

  @Test
  void lengthIsInCodePoints() {
    assertThat(
            numbers(
                T.length(),
                Batches.batch(Batches.text("t", "abc", "", "\u00e9", "\ud83d\ude95", null))))
        .containsExactly(3f, 0f, 1f, 1f, null);
  }

  @Test
  void wordsAreWhatWhiteSpaceSeparates() {
    assertThat(
            numbers(
                T.wordCount(),
                Batches.batch(Batches.text("t", "a taxi, to  go", " one\n", "", " \t", null))))
        .containsExactly(4f, 1f, 0f, 0f, null);
  }

  @Test
  void bytesThatAreNoTextCountAsReplacementCharacters() {
    byte[] data = {'a', (byte) 0xFF, 'b'};
    BytesColumn bytes =
        new BytesColumn("t", ColumnType.BYTES, 1, data, new int[] {0, 3}, null, null, null);
    assertThat(numbers(T.length(), Batches.batch(bytes))).containsExactly(3f);
  }

  @Test
  void planSurvivesItsJson() {
    FeaturePlan plan =
        Features.of()
            .dense(T.length().as("length"), T.wordCount().as("words"))
            .categorical(T.lower().strip().nfc().hash(5))
            .unlabelled();
    assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
    assertThat(plan.dense().get("words").text()).isEqualTo("t.wordCount()");
  }
}
