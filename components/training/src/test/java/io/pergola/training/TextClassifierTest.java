package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.model.Servable;
import io.pergola.model.Task;
import io.pergola.training.internal.Nd4jSettings;
import io.pergola.transform.FittedPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class TextClassifierTest {
  /** Words 0 to 19; texts of 0 to 6 of them, padded to 8. */
  private static final int WORDS = 20;

  private static final int LENGTH = 8;
  private static final Columns<Object> COLUMNS = Columns.of();

  @TempDir Path folder;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  /** How a text becomes a vector, and whether it can tell the order of words. */
  enum Reader {
    AVERAGE(TextClassifier::average, false),
    CONVOLUTION(text -> text.convolution(8, 3), true),
    LSTM(text -> text.lstm(12), true),
    GRU(text -> text.gru(12), true),
    ATTENTION(text -> text.attention(2), false);

    private final UnaryOperator<TextClassifier> choice;
    private final boolean knowsOrder;

    Reader(UnaryOperator<TextClassifier> choice, boolean knowsOrder) {
      this.choice = choice;
      this.knowsOrder = knowsOrder;
    }
  }

  @ParameterizedTest
  @EnumSource(Reader.class)
  void learnsWhatItsReaderCanSeeAndIsExported(Reader reader) throws Exception {
    Path data = write(reader.knowsOrder ? this::isOrdered : this::hasMoreGoodWords);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t ->
                            t.fit(
                                reader
                                    .choice
                                    .apply(TextClassifier.of(t.features()).embedding(8))
                                    .hidden(8)
                                    .learningRate(0.02)
                                    .build()))
                    .steps(160)
                    .batchSize(32));

    assertThat(run.metrics.get("evaluation_accuracy")).isGreaterThan(0.9);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  /** Layers of Deeplearning4j that read sequences, as authors may stack them. */
  enum Stock {
    BOTH_WAYS(new Bidirectional(Bidirectional.Mode.CONCAT, lstm()), 10),
    BOTH_WAYS_ADDED(new Bidirectional(Bidirectional.Mode.ADD, lstm()), 5),
    BOTH_WAYS_MULTIPLIED(new Bidirectional(Bidirectional.Mode.MUL, lstm()), 5),
    BOTH_WAYS_AVERAGED(new Bidirectional(Bidirectional.Mode.AVERAGE, lstm()), 5),
    SELF(
        new SelfAttentionLayer.Builder()
            .nIn(6)
            .nOut(5)
            .nHeads(2)
            .headSize(3)
            .projectInput(true)
            .build(),
        5),
    SELF_WITHOUT_WEIGHTS(
        new SelfAttentionLayer.Builder().nIn(6).nOut(6).nHeads(1).projectInput(false).build(), 6),
    LAST_STEP(new LastTimeStep(lstm()), 5);

    private final Layer layer;
    private final int width;

    Stock(Layer layer, int width) {
      this.layer = layer;
      this.width = width;
    }

    private static Layer lstm() {
      return new LSTM.Builder().nIn(6).nOut(5).activation(Activation.TANH).build();
    }
  }

  @ParameterizedTest
  @EnumSource(Stock.class)
  void layersOfDeeplearning4jAreExported(Stock stock) throws Exception {
    Path data = write(this::hasMoreGoodWords);
    TrainFunction function =
        t -> {
          ComputationGraph network = new ComputationGraph(reading(stock));
          network.init();
          t.save(network);
        };

    FakeRun run = new FakeRun(data, folder).run(FakeRun.trainer().with(function).steps(1));

    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  private static ComputationGraphConfiguration reading(Stock stock) {
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .weightInit(WeightInit.NORMAL)
            .graphBuilder()
            .addInputs("words")
            .addLayer(
                "embeddings",
                new EmbeddingSequenceLayer.Builder()
                    .nIn(WORDS + 1)
                    .nOut(6)
                    .inputLength(LENGTH)
                    .hasBias(false)
                    .activation(Activation.IDENTITY)
                    .build(),
                "words")
            .addLayer("reader", stock.layer, "embeddings");
    String last = "reader";
    if (stock != Stock.LAST_STEP) {
      graph.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "reader");
      last = "mean";
    }
    return graph
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                .nIn(stock.width)
                .nOut(1)
                .activation(Activation.SIGMOID)
                .build(),
            last)
        .setOutputs("output")
        .build();
  }

  @Test
  void paddingChangesNothingAndATextWithoutWordsHasAnAnswer() throws Exception {
    Path data = write(this::hasMoreGoodWords);
    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(t -> t.fit(TextClassifier.of(t.features()).lstm(4).build()))
                    .steps(5)
                    .batchSize(64));

    try (Servable servable = Servable.open(run.model)) {
      LongColumn words = words(new long[][] {{3, 4}, {3, 4}, {}});
      float[] answers = servable.predict(ExampleBatch.of(3, List.of(words))).values();
      assertThat(answers[0]).isEqualTo(answers[1]);
      assertThat(answers[2]).isBetween(0f, 1f);
    }
  }

  @Test
  void isSizedByTheSequence() {
    // An embedding for each id and for padding; three weights and a bias for each of 5 filters.
    assertThat(TextClassifier.of(features()).embedding(4).convolution(5, 3).build().numParams())
        .isEqualTo((WORDS + 1) * 4 + (4 * 3 + 1) * 5 + 5 + 1);
    assertThat(TextClassifier.of(features()).embedding(4).hidden(3).build().numParams())
        .isEqualTo((WORDS + 1) * 4 + (4 + 1) * 3 + 3 + 1);
    assertThat(TextClassifier.of(features()).embedding(4).lstm(5).build().numParams())
        .isEqualTo((WORDS + 1) * 4 + (4 + 5 + 1) * 4 * 5 + 5 + 1);
    assertThat(TextClassifier.of(features()).embedding(4).gru(5).build().numParams())
        .isEqualTo((WORDS + 1) * 4 + (4 + 5 + 1) * 3 * 5 + 5 + 1);
    assertThat(TextClassifier.of(features()).embedding(4).attention(2).build().numParams())
        .isEqualTo((WORDS + 1) * 4 + 4 * 4 * 4 + 4 + 4 + 1);
  }

  @ParameterizedTest
  @EnumSource(Reader.class)
  void itsConfigurationSurvivesJson(Reader reader) {
    ComputationGraphConfiguration conf =
        reader.choice.apply(TextClassifier.of(features())).build().getConfiguration();
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
  }

  @Test
  void refusesWhatIsNoTextOrNoClass() {
    TrainingFeatures none =
        new TrainingFeatures(List.of("fare"), Map.of(), "good", Task.BINARY, 1, 1);
    assertThatThrownBy(() -> TextClassifier.of(none))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Cannot choose what to read: the plan's sequences are [].");
    assertThatThrownBy(() -> TextClassifier.of(features(), "text"))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot read feature 'text': the plan's sequences are [words]. Correct the name.");
    assertThatThrownBy(() -> Deep.classifier(features()))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train on the sequences [words]: only TextClassifier reads them. Make vectors of"
                + " them in the plan: ids.bagOfWords() or ids.tfIdf().");
  }

  private static TrainingFeatures features() {
    return TrainingFeatures.of(fitted().features(), 1);
  }

  private static FittedPlan fitted() {
    FeaturePlan plan =
        Features.of()
            .sequence(COLUMNS.numbers(Column.number("words")).identity(WORDS).padTo(LENGTH))
            .label(COLUMNS.number(Column.number("good")).greaterThan(0.5));
    return FittedPlan.of(plan, List.of());
  }

  /** What decides the label of a text. */
  private interface Rule {
    boolean isGood(long[] words);
  }

  /** Half of the words are good. */
  private boolean hasMoreGoodWords(long[] words) {
    int good = 0;
    for (long word : words) {
      good += word < WORDS / 2 ? 1 : -1;
    }
    return good > 0;
  }

  /** Word 0 stands at once before word 1: a bag of words cannot tell. */
  private boolean isOrdered(long[] words) {
    for (int i = 0; i + 1 < words.length; i++) {
      if (words[i] == 0 && words[i + 1] == 1) {
        return true;
      }
    }
    return false;
  }

  private Path write(Rule rule) throws Exception {
    FittedPlan plan = fitted();
    plan.write(Files.createDirectories(folder.resolve("graph")));
    for (String split : List.of("train", "eval")) {
      ExampleBatch batch =
          plan.apply(raw(split.equals("train") ? 1_000 : 300, split.hashCode(), rule));
      Path file = ExampleFiles.partFile(folder.resolve("examples"), split, 0);
      Files.createDirectories(file.getParent());
      try (ExampleFileWriter writer = ExampleFileWriter.open(file, batch.schema())) {
        writer.write(batch);
      }
    }
    return folder;
  }

  private static ExampleBatch raw(int rows, long seed, Rule rule) {
    Random random = new Random(seed);
    long[][] texts = new long[rows][];
    float[] good = new float[rows];
    for (int row = 0; row < rows; row++) {
      texts[row] = random.longs(random.nextInt(7), 0, WORDS).toArray();
      if (texts[row].length > 2 && random.nextBoolean()) {
        // Both words in either order, so that presence alone says nothing.
        int at = random.nextInt(texts[row].length - 1);
        int first = random.nextInt(2);
        texts[row][at] = first;
        texts[row][at + 1] = 1 - first;
      }
      good[row] = rule.isGood(texts[row]) ? 1 : 0;
    }
    return ExampleBatch.of(rows, List.of(words(texts), FloatColumn.of("good", good, null)));
  }

  private static LongColumn words(long[][] texts) {
    int[] offsets = new int[texts.length + 1];
    for (int row = 0; row < texts.length; row++) {
      offsets[row + 1] = offsets[row] + texts[row].length;
    }
    long[] values = Arrays.stream(texts).flatMapToLong(Arrays::stream).toArray();
    return new LongColumn("words", texts.length, values, null, null, offsets);
  }
}
