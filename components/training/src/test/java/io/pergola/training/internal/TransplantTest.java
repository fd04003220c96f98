package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.IdList;
import io.pergola.training.Deep;
import io.pergola.training.Linear;
import io.pergola.training.TextClassifier;
import io.pergola.training.TrainingFeatures;
import io.pergola.training.WarmStart;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** What an earlier network hands on to one whose plan was fitted to other examples. */
class TransplantTest {
  private static final Columns<Row> COLUMNS = Columns.of();

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  /** Some numbers, and a colour of a vocabulary of {@code topK} words and one bucket of others. */
  private static FittedPlan colors(int topK, List<String> numbers, String... words) {
    Features features = Features.of();
    for (String number : numbers) {
      features = features.dense(COLUMNS.number(Column.number(number)).orElse(0));
    }
    FeaturePlan plan =
        features
            .categorical(COLUMNS.text(Column.text("color")).vocabulary(topK, 1).as("color"))
            .label(COLUMNS.number(Column.number("answer")).greaterThan(0.5));
    Expr.Vocabulary vocabulary = (Expr.Vocabulary) plan.categorical().get("color");
    return FittedPlan.of(plan, List.of(new Fitted.Vocabulary(vocabulary, 100, Terms.of(words))));
  }

  private static TrainingFeatures features(FittedPlan plan, long seed) {
    return TrainingFeatures.of(plan.features(), seed);
  }

  private static WarmStart start(
      ComputationGraph network, FittedPlan plan, ComputationGraph earlier, FittedPlan was) {
    return Transplant.start(
        network, plan, features(plan, 2), new EarlierNetwork(earlier, was), Set.of());
  }

  @Test
  void anEmbeddingStaysWithItsWord() {
    FittedPlan was = colors(4, List.of("x"), "red", "green", "blue");
    FittedPlan is = colors(5, List.of("x"), "blue", "black", "red");
    ComputationGraph earlier = Deep.classifier(features(was, 1)).embedding("color", 2).build();
    ComputationGraph network = Deep.classifier(features(is, 2)).embedding("color", 2).build();
    float[] fresh = weights(network, "embeddings_W");

    WarmStart start = start(network, is, earlier, was);

    // Ids: the words, one for others, one that no word uses yet, and one for missing.
    float[] old = weights(earlier, "embeddings_W");
    float[] table = weights(network, "embeddings_W");
    assertThat(row(table, 0)).as("blue").isEqualTo(row(old, 2));
    assertThat(row(table, 1)).as("black").isEqualTo(row(fresh, 1));
    assertThat(row(table, 2)).as("red").isEqualTo(row(old, 0));
    assertThat(row(table, 3)).as("others").isEqualTo(row(old, 3));
    assertThat(row(table, 6)).as("missing").isEqualTo(row(old, 5));
    assertThat(start.taken())
        .containsEntry("embeddings", "color: 5 of 7 rows")
        .containsEntry("hidden_1", "all weights");
  }

  @Test
  void columnsGoByName() {
    FittedPlan was = colors(2, List.of("x", "z"), "red", "blue");
    FittedPlan is = colors(2, List.of("w", "x", "y"), "red", "blue");
    ComputationGraph earlier = Deep.classifier(features(was, 1)).embedding("color", 1).build();
    ComputationGraph network = Deep.classifier(features(is, 2)).embedding("color", 1).build();
    float[] fresh = weights(network, "hidden_1_W");

    WarmStart start = start(network, is, earlier, was);

    float[] old = weights(earlier, "hidden_1_W");
    float[] matrix = weights(network, "hidden_1_W");
    assertThat(row(matrix, 0, 64)).as("w").isEqualTo(row(fresh, 0, 64));
    assertThat(row(matrix, 1, 64)).as("x").isEqualTo(row(old, 0, 64));
    assertThat(row(matrix, 2, 64)).as("y").isEqualTo(row(fresh, 2, 64));
    assertThat(row(matrix, 3, 64)).as("embedding of color").isEqualTo(row(old, 2, 64));
    assertThat(start.taken()).containsEntry("hidden_1", "2 of 4 rows");
  }

  @Test
  void aLinearModelKeepsTheWeightOfEachColumnAndWord() {
    FittedPlan was = colors(2, List.of("x"), "red", "blue");
    FittedPlan is = colors(2, List.of("w", "x"), "blue", "red");
    ComputationGraph earlier = Linear.classifier(features(was, 1)).build();
    ComputationGraph network = Linear.classifier(features(is, 2)).build();
    // x, red, blue, others, missing; then the bias.
    earlier.setParams(
        Nd4j.createFromArray(1f, 2f, 3f, 4f, 5f, 6f).reshape(earlier.params().shape()));

    WarmStart start = start(network, is, earlier, was);

    assertThat(network.params().dup().data().asFloat()).containsExactly(0, 1, 3, 2, 4, 5, 6);
    assertThat(start.taken().values()).containsExactly("numbers: 1 of 2 rows, color: 4 of 4 rows");
  }

  @Test
  void aTableOfAnotherWidthStartsAnewAndSoDoTheColumnsThatReadIt() {
    FittedPlan plan = colors(2, List.of("x"), "red", "blue");
    ComputationGraph earlier = Deep.classifier(features(plan, 1)).embedding("color", 1).build();
    ComputationGraph network = Deep.classifier(features(plan, 2)).embedding("color", 2).build();

    WarmStart start = start(network, plan, earlier, plan);

    assertThat(start.left()).containsEntry("embeddings", "nothing that it reads was there before");
    // x alone.
    assertThat(start.taken()).containsEntry("hidden_1", "1 of 3 rows");
  }

  @Test
  void whatReadsALayerThatStartsAnewStartsAnew() {
    FittedPlan plan = colors(2, List.of("x"), "red", "blue");
    ComputationGraph earlier = Deep.classifier(features(plan, 1)).hidden(8, 4).build();
    ComputationGraph network = Deep.classifier(features(plan, 2)).hidden(16, 4).build();

    WarmStart start = start(network, plan, earlier, plan);

    assertThat(start.taken()).containsOnlyKeys("embeddings");
    assertThat(start.left())
        .containsEntry("hidden_1", "its weights have the shape [4, 16], and had [4, 8]")
        .containsEntry("hidden_2", "nothing that it reads was there before")
        .containsEntry("deep", "nothing that it reads was there before");
  }

  @Test
  void wordsOfASequenceKeepTheirEmbeddings() {
    FittedPlan was = texts("good", "bad", "film");
    FittedPlan is = texts("film", "good", "actor");
    for (boolean recurrent : new boolean[] {false, true}) {
      ComputationGraph earlier = reader(was, 1, recurrent);
      ComputationGraph network = reader(is, 2, recurrent);
      float[] fresh = weights(network, "embeddings_W");

      WarmStart start = start(network, is, earlier, was);

      float[] old = weights(earlier, "embeddings_W");
      float[] table = weights(network, "embeddings_W");
      assertThat(row(table, 0)).as("film").isEqualTo(row(old, 2));
      assertThat(row(table, 1)).as("good").isEqualTo(row(old, 0));
      assertThat(row(table, 2)).as("actor").isEqualTo(row(fresh, 2));
      assertThat(row(table, 3)).as("padding").isEqualTo(row(old, 3));
      assertThat(start.taken()).containsEntry("embeddings", "3 of 4 rows");
      assertThat(start.left()).isEmpty();
    }
  }

  private static ComputationGraph reader(FittedPlan plan, long seed, boolean recurrent) {
    TextClassifier text = TextClassifier.of(features(plan, seed)).embedding(2);
    return (recurrent ? text.lstm(3) : text.average()).build();
  }

  private static FittedPlan texts(String... words) {
    FeaturePlan plan =
        Features.of()
            .sequence(
                COLUMNS.text(Column.text("text")).tokenize().vocabulary(3, 0).padTo(5).as("words"))
            .label(COLUMNS.number(Column.number("answer")).greaterThan(0.5));
    IdList.Vocabulary vocabulary =
        (IdList.Vocabulary) plan.sequences().get("words").operands().get(0);
    return FittedPlan.of(
        plan, List.of(new Fitted.TokenVocabulary(vocabulary, 100, Terms.of(words))));
  }

  private static float[] weights(ComputationGraph network, String name) {
    return Arrays2d.rowMajor(network.getParam(name));
  }

  private static List<Float> row(float[] table, int row) {
    return row(table, row, 2);
  }

  private static List<Float> row(float[] table, int row, int width) {
    List<Float> values = new ArrayList<>();
    for (float value : Arrays.copyOfRange(table, row * width, (row + 1) * width)) {
      values.add(value);
    }
    return values;
  }
}
