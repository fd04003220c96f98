package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Ids;
import io.pergola.feature.Numbers;
import io.pergola.feature.Numeric;
import io.pergola.feature.Sequence;
import io.pergola.feature.Text;
import io.pergola.feature.Tokens;
import io.pergola.feature.Vector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ListsTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Text T = ROW.text(Column.text("t"));
  private static final Tokens TAGS = ROW.texts(Column.text("tags"));
  private static final Numbers X = ROW.numbers(Column.number("x"));

  /** The texts that tokens become, told by a vocabulary of those expected. */
  private static void becomes(Tokens tokens, ExampleColumn given, List<String>... expected) {
    String[] terms =
        Arrays.stream(expected)
            .filter(row -> row != null)
            .flatMap(List::stream)
            .distinct()
            .toArray(String[]::new);
    Terms vocabulary = Terms.of(terms);
    Ids ids = tokens.vocabulary(Math.max(1, terms.length), 0);
    // A token that is not expected would be left out: count tells.
    Sequence sequence = ids.as("s").padTo(9);
    FittedPlan plan =
        FittedPlan.of(
            Features.of().sequence(sequence).dense(ids.count().as("n")).unlabelled(),
            List.of(new Fitted.TokenVocabulary((IdList.Vocabulary) ids.expr(), 1, vocabulary)));

    ExampleBatch made = plan.apply(Batches.batch(given));
    for (int row = 0; row < expected.length; row++) {
      List<Object> padded = ListColumns.lists(made, "s").get(row);
      List<String> texts =
          padded == null
              ? null
              : padded.stream()
                  .filter(id -> (long) id < vocabulary.size())
                  .map(id -> vocabulary.text((int) (long) id))
                  .toList();
      assertThat(texts).isEqualTo(expected[row]);
      assertThat(Batches.values(made, "n").get(row))
          .isEqualTo(expected[row] == null ? null : (float) expected[row].size());
    }
  }

  private static void textBecomes(Tokens tokens, ExampleColumn given, List<String>... expected) {
    becomes(tokens, given, expected);
    becomes(tokens, Batches.dictionary(given), expected);
  }

  private static void tagsBecome(Tokens tokens, ExampleColumn given, List<String>... expected) {
    becomes(tokens, given, expected);
    becomes(tokens, ListColumns.dictionary(given), expected);
  }

  private static List<Object> numbers(Numeric feature, ExampleColumn given) {
    FittedPlan plan = FittedPlan.of(Features.of().dense(feature.as("f")).unlabelled(), List.of());
    return Batches.values(plan.apply(Batches.batch(given)), "f");
  }

  private static List<List<Object>> vectors(Vector feature, ExampleColumn given, Fitted... fitted) {
    FittedPlan plan =
        FittedPlan.of(Features.of().dense(feature.as("f")).unlabelled(), List.of(fitted));
    return ListColumns.lists(plan.apply(Batches.batch(given)), "f");
  }

  @Test
  void distinctNumbersStandWhereTheyFirstDo() {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(
                    Columns.<Row>of().numbers(Column.number("l")).distinct().padTo(4, -1).as("v"))
                .unlabelled(),
            List.of());
    List<Object> given = List.of(2L, 0.0, -0.0, 2.0, Double.NaN, Double.NaN, 1f);
    assertThat((float[]) plan.apply(Map.of("l", given)).get("v"))
        .containsExactly(2f, 0f, Float.NaN, 1f);
    assertThat((float[]) plan.apply(Map.of("l", List.of())).get("v"))
        .containsExactly(-1f, -1f, -1f, -1f);
    assertThat(plan.apply(Map.of())).isEmpty();
  }

  @Test
  @SuppressWarnings("unchecked")
  void wordsAreWhatWhiteSpaceSeparates() {
    textBecomes(
        T.tokenize(),
        Batches.text("t", "a taxi, to  go", " one\n", "", null, "caf\u00e9\u2003\u00fcber a"),
        List.of("a", "taxi,", "to", "go"),
        List.of("one"),
        List.of(),
        null,
        List.of("caf\u00e9", "\u00fcber", "a"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void patternsFindTokensOrSeparateThem() {
    ExampleColumn given = Batches.text("t", "A-b, c", "--", null, "\u00e9t\u00e9;b");
    textBecomes(
        T.tokenize(Pattern.compile("\\p{L}+")),
        given,
        List.of("A", "b", "c"),
        List.of(),
        null,
        List.of("\u00e9t\u00e9", "b"));
    textBecomes(
        T.split(Pattern.compile("[-,; ]")),
        given,
        List.of("A", "b", "c"),
        List.of(),
        null,
        List.of("\u00e9t\u00e9", "b"));
    textBecomes(
        T.tokenize(Pattern.compile("[ab]", Pattern.CASE_INSENSITIVE)),
        given,
        List.of("A", "b"),
        List.of(),
        null,
        List.of("b"));
    // A match of nothing is no token.
    textBecomes(
        T.tokenize(Pattern.compile("b*")), given, List.of("b"), List.of(), null, List.of("b"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void ngramsStandInTheOrderOfTensorFlowTransform() {
    tagsBecome(
        TAGS.ngrams(1, 2),
        ListColumns.texts("tags", List.of("a", "b", "c"), List.of("a"), List.of(), null),
        List.of("a", "a b", "b", "b c", "c"),
        List.of("a"),
        List.of(),
        null);
    tagsBecome(
        TAGS.ngrams(2, 3, "_"),
        ListColumns.texts("tags", List.of("a", "b", "c"), List.of("a")),
        List.of("a_b", "a_b_c", "b_c"),
        List.of());
  }

  @Test
  @SuppressWarnings("unchecked")
  void textsAreMadeDistinctAndCutOneByOne() {
    ExampleColumn given =
        ListColumns.texts(
            "tags", List.of("b", "A", "b", "a", "A"), List.of("a", "b"), List.of(), null);
    tagsBecome(TAGS.distinct(), given, List.of("b", "A", "a"), List.of("a", "b"), List.of(), null);
    tagsBecome(
        TAGS.lower().distinct(), given, List.of("b", "a"), List.of("a", "b"), List.of(), null);
    tagsBecome(TAGS.first(2), given, List.of("b", "A"), List.of("a", "b"), List.of(), null);
    tagsBecome(
        TAGS.lower().ngrams(2, 2).distinct().first(2),
        given,
        List.of("b a", "a b"),
        List.of("a b"),
        List.of(),
        null);
  }

  @Test
  void aColumnOfOneValueHasListsOfOne() {
    becomes(TAGS, Batches.text("tags", "a", null, "b"), List.of("a"), null, List.of("b"));
    becomes(
        TAGS,
        Batches.dictionary(Batches.text("tags", "a", null, "b")),
        List.of("a"),
        null,
        List.of("b"));
    assertThat(numbers(X.sum(), Batches.longs("x", 3L, null))).containsExactly(3f, null);
  }

  @Test
  void measuresOfListsFollowTheirDefinition() {
    ExampleColumn given =
        ListColumns.doubles(
            "x", List.of(1.5, -2.0, 4.0), List.of(7.0), List.of(), null, List.of(1.0, Double.NaN));
    assertThat(numbers(X.count(), given)).containsExactly(3f, 1f, 0f, null, 2f);
    assertThat(numbers(X.sum(), given)).containsExactly(3.5f, 7f, 0f, null, Float.NaN);
    assertThat(numbers(X.mean(), given))
        .containsExactly((float) (3.5 / 3), 7f, null, null, Float.NaN);
    assertThat(numbers(X.max(), given)).containsExactly(4f, 7f, null, null, Float.NaN);
    assertThat(numbers(X.min(), given)).containsExactly(-2f, 7f, null, null, Float.NaN);
    assertThat(numbers(X.first(), given)).containsExactly(1.5f, 7f, null, null, 1f);
    assertThat(numbers(X.isMissing().asNumber(), given)).containsExactly(0f, 0f, 0f, 1f, 0f);
    assertThat(numbers(X.first(2).sum(), given)).containsExactly(-0.5f, 7f, 0f, null, Float.NaN);
  }

  @Test
  void sumsAreRoundedOnce() {
    // In float32 from left to right, 1 would be lost twice.
    float large = 1 << 24;
    assertThat(numbers(X.sum(), ListColumns.floats("x", List.of(large, 1f, 1f))))
        .containsExactly(large + 2);
  }

  @Test
  void numbersOfAListAreComputedOneByOne() {
    ExampleColumn given = ListColumns.longs("x", List.of(0L, 51L, 255L), List.of(), null);
    assertThat(vectors(X.dividedBy(255).minus(0.5).padTo(4, -1), given))
        .containsExactly(
            List.of(-0.5f, 51f / 255f - 0.5f, 0.5f, -1f), List.of(-1f, -1f, -1f, -1f), null);
    assertThat(vectors(X.sqrt().times(2).plus(1).padTo(2), given))
        .containsExactly(List.of(1f, 2 * (float) Math.sqrt(51) + 1), List.of(0f, 0f), null);
  }

  @Test
  void idsBecomeVectorsAndSequences() {
    ExampleColumn given = ListColumns.longs("x", List.of(2L, 0L, 2L), List.of(), null);
    for (ExampleColumn column : List.of(given, ListColumns.dictionary(given))) {
      Ids ids = X.identity(3);
      assertThat(vectors(ids.multiHot(), column))
          .containsExactly(List.of(1f, 0f, 1f), List.of(0f, 0f, 0f), null);
      assertThat(vectors(ids.bagOfWords(), column))
          .containsExactly(List.of(1f, 0f, 2f), List.of(0f, 0f, 0f), null);
      assertThat(vectors(ids.distinct().bagOfWords(), column))
          .containsExactly(List.of(1f, 0f, 1f), List.of(0f, 0f, 0f), null);
      assertThat(vectors(ids.first(1).bagOfWords(), column))
          .containsExactly(List.of(0f, 0f, 1f), List.of(0f, 0f, 0f), null);
      FittedPlan plan =
          FittedPlan.of(Features.of().sequence(ids.as("s").padTo(2)).unlabelled(), List.of());
      assertThat(ListColumns.lists(plan.apply(Batches.batch(column)), "s"))
          .containsExactly(List.of(2L, 0L), List.of(3L, 3L), null);
    }
  }

  @Test
  void identityOfAListRefusesOtherNumbers() {
    FittedPlan plan =
        FittedPlan.of(Features.of().dense(X.identity(3).multiHot()).unlabelled(), List.of());
    assertThatThrownBy(() -> plan.apply(Batches.batch(ListColumns.longs("x", List.of(1L, 3L)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use 3 as feature 'x': an identity takes whole numbers in 0..2. Correct the"
                + " data, give the identity a larger size, or hash the number.");
  }

  @Test
  void whatIsOutOfTheVocabularyIsLeftOutOrHashed() {
    Ids plain = TAGS.vocabulary(5, 0);
    Ids hashed = TAGS.vocabulary(5, 2).as("hashed");
    Terms terms = Terms.of("a", "b");
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(plain.bagOfWords().as("bag"), plain.count().as("count"))
                .sequence(plain.padTo(3), hashed.padTo(3))
                .unlabelled(),
            List.of(
                new Fitted.TokenVocabulary((IdList.Vocabulary) plain.expr(), 2, terms),
                new Fitted.TokenVocabulary((IdList.Vocabulary) hashed.expr(), 2, terms)));

    ExampleBatch made =
        plan.apply(Batches.batch(ListColumns.texts("tags", List.of("x", "b", "a"))));

    assertThat(ListColumns.lists(made, "bag")).containsExactly(List.of(1f, 1f, 0f, 0f, 0f));
    assertThat(Batches.values(made, "count")).containsExactly(3f);
    assertThat(ListColumns.lists(made, "tags")).containsExactly(List.of(1L, 0L, 5L));
    long bucket = 2 + Fingerprint64.bucket(Fingerprint64.of(new byte[] {'x'}, 0, 1), 2);
    assertThat(ListColumns.lists(made, "hashed")).containsExactly(List.of(bucket, 1L, 0L));
  }

  @Test
  void hashesOfTokensAreThoseOfTexts() {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .categorical(T.hash(50).as("whole"))
                .sequence(T.tokenize().hash(50).padTo(1))
                .unlabelled(),
            List.of());
    ExampleBatch made = plan.apply(Batches.batch(Batches.text("t", "one", "two")));
    List<Object> whole = Batches.values(made, "whole");
    assertThat(ListColumns.lists(made, "t"))
        .containsExactly(List.of(whole.get(0)), List.of(whole.get(1)));
  }

  /** The documents of the example in the documentation of tft.tfidf, and its values. */
  @Test
  void tfIdfIsThatOfTensorFlowTransform() {
    ExampleColumn documents =
        ListColumns.texts(
            "tags",
            List.of("I", "like", "pie", "pie", "pie"),
            List.of("yum", "yum", "pie"),
            null,
            List.of());
    Ids ids = TAGS.vocabulary(4, 0);
    Vector tfIdf = ids.tfIdf();
    Terms terms = Terms.of("pie", "I", "like", "yum");
    Fitted vocabulary = new Fitted.TokenVocabulary((IdList.Vocabulary) ids.expr(), 8, terms);
    // The empty document is none of the example's.
    Fitted weights = new Fitted.TfIdf((FixedVector.TfIdf) tfIdf.expr(), 2, List.of(2L, 1L, 1L, 1L));
    float rare = (float) (Math.log(3 / 2.0) + 1);

    assertThat(vectors(tfIdf, documents, vocabulary, weights))
        .containsExactly(
            List.of(3 / 5f, 1 / 5f * rare, 1 / 5f * rare, 0f),
            List.of(1 / 3f, 0f, 0f, 2 / 3f * rare),
            null,
            List.of(0f, 0f, 0f, 0f));

    Vector unsmoothed = ids.tfIdfUnsmoothed();
    Fitted others = new Fitted.TfIdf((FixedVector.TfIdf) unsmoothed.expr(), 2, List.of(2L, 1L, 1L));
    float seldom = (float) (Math.log(2) + 1);
    assertThat(vectors(unsmoothed, documents, vocabulary, others))
        .containsExactly(
            List.of(3 / 5f, 1 / 5f * seldom, 1 / 5f * seldom, 0f),
            List.of(1 / 3f, 0f, 0f, 0f),
            null,
            List.of(0f, 0f, 0f, 0f));
  }

  @Test
  void categoriesAndNumbersBecomeVectors() {
    Numeric x = ROW.number(Column.number("x"));
    assertThat(vectors(x.identity(3).oneHot(), Batches.longs("x", 1L, null, 2L)))
        .containsExactly(List.of(0f, 1f, 0f), null, List.of(0f, 0f, 1f));
    assertThat(
            vectors(
                Vector.of("v", x, x.times(2), x.plus(1).orElse(9)),
                Batches.floats("x", 1f, null, 3f)))
        .containsExactly(List.of(1f, 2f, 2f), null, List.of(3f, 6f, 4f));
  }

  @Test
  void rowsAreGivenAsListsAndComeBackAsArrays() {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(X.padTo(2), X.sum().as("sum"), TAGS.count().as("count"))
                .categorical(TAGS.count().as("n").identity(9))
                .sequence(T.tokenize().hash(1).as("words").padTo(3))
                .unlabelled(),
            List.of());
    Map<String, Object> features =
        plan.apply(Map.of("x", List.of(1L, 2.5), "tags", List.of("a", "b"), "t", "to go"));

    assertThat(features.keySet()).containsExactly("count", "sum", "x", "n", "words");
    assertThat(features.get("sum")).isEqualTo(3.5f);
    assertThat((float[]) features.get("x")).containsExactly(1, 2.5f);
    assertThat((long[]) features.get("words")).containsExactly(0, 0, 1);
    assertThat(features.get("n")).isEqualTo(2L);
    assertThat(plan.apply(Map.of("x", 4)).get("sum")).isEqualTo(4f);
    assertThat(plan.apply(Map.of())).isEmpty();
    assertThatThrownBy(() -> plan.apply(Map.of("x", List.of("a"))))
        .hasMessage(
            "Cannot compute feature 'sum' from column 'x': 'a' is text. Give it as a list of"
                + " numbers: ints, longs, floats or doubles, or leave it out.");
    assertThatThrownBy(() -> plan.apply(Map.of("tags", List.of(1))))
        .hasMessage(
            "Cannot compute feature 'count' from column 'tags': 1 is of type Integer. Give it as a"
                + " list of texts, or leave it out.");
  }

  @Test
  void aColumnOfTheWrongTypeIsRefused() {
    FittedPlan plan = FittedPlan.of(Features.of().dense(X.sum()).unlabelled(), List.of());
    assertThatThrownBy(
            () -> plan.apply(Batches.batch(ListColumns.texts("x", null, List.of(), List.of("a")))))
        .hasMessage(
            "Cannot compute feature 'x': column 'x' holds TEXT such as 'a', and the plan reads it"
                + " as numbers. Give it as numbers, or plan it as texts: trip.texts(...).");
    // Nothing is of every type.
    assertThat(numbers(X.count(), ListColumns.texts("x", null, List.of())))
        .containsExactly(null, 0f);
  }

  @Test
  void severalValuesWhereOneIsPlannedAreRefused() {
    FittedPlan plan =
        FittedPlan.of(Features.of().dense(ROW.number(Column.number("x"))).unlabelled(), List.of());
    assertThatThrownBy(() -> plan.apply(Batches.batch(ListColumns.longs("x", List.of(5L, 6L)))))
        .hasMessage(
            "Cannot compute feature 'x': column 'x' has 2 values in one example, the first 5. Plan"
                + " all of them: trip.numbers(...).");
  }

  @Test
  void aColumnIsReadInOneWay() {
    FeaturePlan plan =
        Features.of().dense(X.sum().as("a"), ROW.number(Column.number("x")).as("b")).unlabelled();
    assertThatThrownBy(() -> FittedPlan.of(plan, List.of()).inputs())
        .hasMessage(
            "Cannot read column 'x' both as a list of numbers and as a number. Read it as one of"
                + " them, and copy the column before if both are needed.");
  }

  @Test
  void partsAreThoseOfTheWhole() throws Exception {
    ExampleBatch raw =
        Batches.batch(
            ListColumns.longs("x", List.of(1L), null, List.of(0L, 2L), List.of(), List.of(2L)),
            Batches.text("t", "a b", "c", null, "d", "a"));
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(X.identity(3).bagOfWords(), X.sum().as("sum"))
                .categorical(T.hash(9).as("h"))
                .sequence(T.tokenize().hash(9).padTo(2))
                .label(X.count().greaterThan(0).as("y")),
            List.of());
    ExampleBatch whole = plan.apply(raw);
    List<ExampleBatch> parts = new java.util.ArrayList<>();
    plan.apply(raw, 2, parts::add);

    assertThat(parts).extracting(ExampleBatch::rows).containsExactly(2, 2, 1);
    for (String name : List.of("x", "t")) {
      assertThat(parts.stream().flatMap(p -> ListColumns.lists(p, name).stream()).toList())
          .isEqualTo(ListColumns.lists(whole, name));
    }
    for (String name : List.of("sum", "h", "y")) {
      assertThat(parts.stream().flatMap(p -> Batches.values(p, name).stream()).toList())
          .isEqualTo(Batches.values(whole, name));
    }
  }
}
