package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.model.FullGraph;
import io.pergola.model.Graphs;
import io.pergola.model.ModelInputs;
import io.pergola.model.Servable;
import io.pergola.model.Signature;
import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.Network;
import io.pergola.training.internal.ParityCheck;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.RawSample;
import io.pergola.transform.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParityTest {
  private static final Columns<Object> TRIP = Columns.of();

  private static final Pattern DIFFERENCE =
      Pattern.compile(
          "Cannot export the network: it predicts (\\S+), core.onnx (\\S+), full.onnx (\\S+), a"
              + " difference above 1.0E-5, for the raw example \\{x: \\S+, y: \\S+, hour: \\d+,"
              + " label: \\S+\\}. Leave out the layers or features that differ, or report it\\.");

  @TempDir Path folder;

  private static Trainer trainer() {
    return FakeRun.trainer()
        .with(t -> t.fit(WideAndDeep.classifier(t.features()).build()))
        .steps(20)
        .batchSize(128);
  }

  private static void keep(Path data, String split, ExampleBatch raw) throws IOException {
    Path file = ExampleFiles.partFile(data.resolve("graph").resolve(RawSample.FOLDER), split, 0);
    Files.createDirectories(file.getParent());
    try (ExampleFileWriter writer = ExampleFileWriter.open(file, raw.schema())) {
      writer.write(raw);
    }
  }

  @Test
  void threeFormsOfAModelAreComparedOnRawExamples() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    keep(data, "eval", Rides.raw(Rides.Target.XOR, 1_500, 2));

    FakeRun run = new FakeRun(data, folder).run(trainer());

    assertThat(run.metrics.get("parity_examples")).isEqualTo(1_500);
    assertThat(run.metrics.get("parity_core")).isLessThanOrEqualTo(1e-5);
    assertThat(run.metrics.get("parity_full")).isLessThanOrEqualTo(1e-5);
    assertThat(run.properties).containsKeys("parity_core", "parity_full");
    assertThat(run.properties).doesNotContainKey("full_onnx_ends");
    Graphs graphs = Signature.read(run.model).graphs();
    assertThat(graphs.hasFull()).isTrue();
    assertThat(graphs.parity())
        .containsEntry(Graphs.EXAMPLES, 1_500.0)
        .containsEntry(Graphs.CORE, run.metrics.get("parity_core"))
        .containsEntry(Graphs.FULL, run.metrics.get("parity_full"));
  }

  @Test
  void trainingExamplesAreComparedWhereThereAreNoOthers() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    keep(data, "train", Rides.raw(Rides.Target.XOR, 300, 2));
    keep(data, "eval", Rides.raw(Rides.Target.XOR, 0, 2));
    assertThat(new FakeRun(data, folder).run(trainer()).metrics.get("parity_examples"))
        .isEqualTo(300);
  }

  /** The three forms of a model that predict from raw examples. */
  enum Form {
    NETWORK,
    CORE,
    FULL
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void exampleThatAnyFormDiffersOnIsShownWithItsPredictions(Form different) throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    ExampleBatch raw = Rides.raw(Rides.Target.XOR, 50, 2);
    FakeRun run = new FakeRun(data, folder.resolve("1")).run(trainer());
    FakeRun other = new FakeRun(data, folder.resolve("2")).run(trainer().seed(2));
    TrainingFeatures features = TrainingFeatures.of(FittedPlan.read(run.model).features(), 1);
    Network network = network(run, features);
    ParityCheck.Parity same = ParityCheck.onRaw(run.model, network, features, List.of(raw));
    assertThat(same.largest()).isLessThanOrEqualTo(1e-5);
    if (different != Form.NETWORK) {
      String file = different == Form.CORE ? Servable.CORE : FullGraph.FILE;
      Files.copy(
          other.model.resolve(file), run.model.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Network compared = different == Form.NETWORK ? network(other, features) : network;

    assertThatThrownBy(() -> ParityCheck.onRaw(run.model, compared, features, List.of(raw)))
        .isInstanceOfSatisfying(
            TrainingException.class,
            e -> {
              Matcher message = DIFFERENCE.matcher(String.valueOf(e.getMessage()));
              assertThat(message.matches()).as(e.getMessage()).isTrue();
              List<Float> predicted =
                  IntStream.rangeClosed(1, 3)
                      .mapToObj(i -> Float.parseFloat(message.group(i)))
                      .toList();
              // The other two agree.
              float odd = predicted.get(different.ordinal());
              List<Float> rest = new ArrayList<>(predicted);
              rest.remove(different.ordinal());
              assertThat(rest.get(0)).isCloseTo(rest.get(1), within(1e-5f));
              assertThat(Math.abs(odd - rest.get(0))).isGreaterThan(1e-5f);
            });
  }

  @Test
  void featuresThatTheGraphDiffersOnAreShown() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    FakeRun run = new FakeRun(data, folder.resolve("1")).run(trainer());
    FakeRun other = new FakeRun(data, folder.resolve("2")).run(trainer().seed(2));
    FittedPlan plan = FittedPlan.read(run.model);
    TrainingFeatures features = TrainingFeatures.of(plan.features(), 1);
    ExampleBatch raw = Rides.raw(Rides.Target.XOR, 50, 2);
    ExampleRows rows =
        ExampleRows.unlabelled(ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw)));

    assertThat(ParityCheck.largestDifference(run.model, network(run, features), features, rows))
        .isLessThanOrEqualTo(1e-5);
    assertThatThrownBy(
            () ->
                ParityCheck.largestDifference(other.model, network(run, features), features, rows))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "Cannot export the network: core.onnx predicts \\S+ where the network predicts \\S+, a"
                + " difference above 1.0E-5, for the example \\{x: \\S+, y: \\S+, .*hour: \\d+\\}."
                + " Leave out the layers that differ, or report it\\.");
  }

  private static Network network(FakeRun run, TrainingFeatures features) throws IOException {
    return Network.of(
        ComputationGraph.load(run.model.resolve(Trainer.CHECKPOINT).toFile(), false), features);
  }

  @Test
  void modelOfAPlanThatHashesSaysWhereItEnds() throws Exception {
    FeaturePlan plan =
        Features.of()
            .categorical(TRIP.number(Column.number("company")).hash(10))
            .label(TRIP.number(Column.number("label")).greaterThan(0.5));
    FittedPlan fitted = FittedPlan.of(plan, List.of());
    Files.createDirectories(folder.resolve("graph"));
    fitted.write(folder.resolve("graph"));
    ExampleBatch raw = Rides.raw(Rides.Target.EVEN_COMPANY, 300, 2);
    Rides.writeSplit(folder, fitted, "train", raw);
    keep(folder, "train", raw);

    FakeRun run = new FakeRun(folder, folder).run(trainer());

    assertThat(run.metrics).containsKey("parity_core").doesNotContainKey("parity_full");
    assertThat(run.properties)
        .containsEntry(
            "full_onnx_ends",
            "company.hash(10) of feature 'company': ONNX has no operator that hashes as"
                + " Fingerprint64 does");
    assertThat(run.model.resolve(FullGraph.FILE)).doesNotExist();
  }

  @Test
  void listsOfPixelsPredictTheSameInAllThreeForms() throws Exception {
    FeaturePlan plan =
        Features.of()
            .dense(TRIP.numbers(Column.number("pixels")).dividedBy(255).padTo(48))
            .label(TRIP.number(Column.number("kind")).identity(3));
    FittedPlan fitted = FittedPlan.of(plan, List.of());
    Files.createDirectories(folder.resolve("graph"));
    fitted.write(folder.resolve("graph"));
    Rides.writeSplit(folder, fitted, "train", images(400, 1));
    Rides.writeSplit(folder, fitted, "eval", images(100, 2));
    keep(folder, "eval", images(100, 2));

    FakeRun run =
        new FakeRun(folder, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t ->
                            t.fit(
                                ImageClassifier.of(t.features(), "pixels", 6, 8)
                                    .filters(4)
                                    .hidden(8)
                                    .build()))
                    .steps(20)
                    .batchSize(64));

    assertThat(run.metrics.get("parity_examples")).isEqualTo(100);
    assertThat(run.metrics.get("parity_core")).isLessThanOrEqualTo(1e-5);
    assertThat(run.metrics.get("parity_full")).isLessThanOrEqualTo(1e-5);
  }

  /** Random images of 6 x 8 whole numbers, some of them cut short and some missing. */
  private static ExampleBatch images(int rows, long seed) {
    Random random = new Random(seed);
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(
                List.of(
                    new ExampleSchema.Field("pixels", ColumnType.INT, true),
                    ExampleSchema.Field.of("kind", ColumnType.INT))));
    for (int row = 0; row < rows; row++) {
      int pixels = row % 17 == 3 ? 0 : row % 10 == 7 ? 30 : 48;
      for (int i = 0; i < pixels; i++) {
        builder.putLong(0, random.nextInt(256));
      }
      builder.putLong(1, row % 3);
      builder.endRow();
    }
    return builder.build();
  }

  /** Numbers, conditions, buckets and vocabularies of the trips, none of them hashed. */
  private static FeaturePlan tripPlan() {
    Numeric fare = TRIP.number(Column.number("fare"));
    Numeric miles = TRIP.number(Column.number("trip_miles"));
    Numeric seconds = TRIP.number(Column.number("trip_seconds"));
    return Features.of()
        .dense(
            fare.orElse(0).log1p().as("fare"),
            miles.orElse(0).zScore().as("miles"),
            Numeric.when(seconds.greaterThan(0))
                .then(miles.dividedBy(seconds).times(3600))
                .otherwise(0)
                .clip(0, 80)
                .as("speed"),
            seconds.interpolate(60, 600, 1800).as("seconds"))
        .categorical(
            TRIP.text(Column.text("payment_type")).vocabulary(5, 1),
            TRIP.text(Column.text("company")).orElse("none").vocabulary(9, 0),
            TRIP.number(Column.number("trip_start_hour")).identity(24),
            TRIP.number(Column.number("pickup_latitude")).buckets(41.8, 41.9, 42).as("north"))
        .label(TRIP.number(Column.number("tips")).greaterThan(fare.times(0.2)));
  }

  @Test
  void realTripsPredictTheSameInAllThreeForms() throws Exception {
    FeaturePlan plan = tripPlan();
    FittedPlan fitted =
        FittedPlan.of(
            plan,
            List.of(
                new Fitted.ZScore((Expr.ZScore) plan.dense().get("miles"), 10_000, 2.6f, 5.1f),
                new Fitted.Vocabulary(
                    (Expr.Vocabulary) plan.categorical().get("payment_type"),
                    10_000,
                    Terms.of("Cash", "Credit Card", "No Charge")),
                new Fitted.Vocabulary(
                    (Expr.Vocabulary) plan.categorical().get("company"),
                    10_000,
                    Terms.of("none", "Taxi Affiliation Services", "Dispatch Taxi Affiliation"))));
    Files.createDirectories(folder.resolve("graph"));
    fitted.write(folder.resolve("graph"));
    List<String> lines = Files.readAllLines(trips());
    Rides.writeSplit(folder, fitted, "train", batch(lines, 1, 4_001));
    Rides.writeSplit(folder, fitted, "eval", batch(lines, 4_001, 6_001));
    keep(folder, "eval", batch(lines, 4_001, 6_001));

    FakeRun run = new FakeRun(folder, folder).run(trainer().steps(60));

    assertThat(run.metrics.get("parity_examples")).isEqualTo(2_000);
    assertThat(run.metrics.get("parity_core")).isLessThanOrEqualTo(1e-5);
    assertThat(run.metrics.get("parity_full")).isLessThanOrEqualTo(1e-5);
  }

  private static Path trips() {
    Path parent = Path.of("").toAbsolutePath();
    while (parent != null) {
      Path file = parent.resolve("shared/data/chicago-taxi/trips.csv");
      if (Files.exists(file)) {
        return file;
      }
      parent = parent.getParent();
    }
    Assumptions.abort("the shared sample data is not beside the repository");
    throw new AssertionError();
  }

  /** The trips of some lines, which have no quotes. */
  private static ExampleBatch batch(List<String> lines, int from, int to) {
    List<String> texts = List.of("payment_type", "company");
    List<ExampleSchema.Field> fields = new ArrayList<>();
    Arrays.stream(lines.get(0).split(","))
        .forEach(
            name ->
                fields.add(
                    ExampleSchema.Field.of(
                        name, texts.contains(name) ? ColumnType.TEXT : ColumnType.DOUBLE)));
    ExampleBatchBuilder builder = new ExampleBatchBuilder(new ExampleSchema(fields));
    for (String line : lines.subList(from, Math.min(to, lines.size()))) {
      String[] cells = line.split(",", -1);
      for (int c = 0; c < cells.length; c++) {
        if (cells[c].isEmpty()) {
          continue;
        } else if (fields.get(c).type() == ColumnType.TEXT) {
          builder.putText(c, cells[c]);
        } else {
          builder.putDouble(c, Double.parseDouble(cells[c]));
        }
      }
      builder.endRow();
    }
    return builder.build();
  }
}
