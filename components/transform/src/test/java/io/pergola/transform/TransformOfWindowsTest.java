package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Row;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Ranking;
import io.pergola.feature.Text;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.FakeManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Transform keeps of the files of a window, and that it changes nothing. */
@Timeout(300)
class TransformOfWindowsTest {
  private static final Channel<Examples<Row>> RAW =
      FakeArtifacts.channel("examples", Examples.class);
  private static final Channel<TransformGraph> GRAPH =
      FakeArtifacts.channel("graph", TransformGraph.class);
  private static final Channel<Examples<FeatureVector>> TRANSFORMED =
      FakeArtifacts.channel("transformed", Examples.class);
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              Field.of("fare", ColumnType.FLOAT),
              Field.of("miles", ColumnType.FLOAT),
              Field.of("company", ColumnType.TEXT),
              Field.of("words", ColumnType.TEXT)));

  @TempDir Path folder;

  /** Analyzers of every kind, in three phases. */
  static FeaturePlan everything(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare"));
    Numeric miles = trip.number(Column.number("miles"));
    Text company = trip.text(Column.text("company"));
    return Features.of()
        .dense(
            fare.zScore().as("a"),
            miles.minMax().as("b"),
            fare.robustScale().as("c"),
            fare.gaussianScale().as("d"),
            miles.quantileScale(8).as("e"),
            fare.perKey(company).zScore().as("f"),
            miles.perKey(fare.bucketize(3)).minMax().as("g"),
            fare.zScore().minus(miles.zScore()).minMax().zScore().as("h"),
            trip.text(Column.text("words")).tokenize().vocabulary(20, 2).tfIdf().as("i"))
        .categorical(
            fare.bucketize(10).as("j"),
            company.vocabulary(3, 2).as("k"),
            company
                .vocabulary(4, 1, Ranking.byInformation(fare.greaterThan(miles.times(2))))
                .as("l"))
        .unlabelled();
  }

  /** Two phases; the constants of the first are the same every day. */
  static FeaturePlan steady(Columns<Row> trip) {
    return Features.of().dense(trip.number(Column.number("miles")).minMax().zScore()).unlabelled();
  }

  @Test
  void aWindowReadsWhatIsNewAndALaterPhaseAllIfConstantsOfAnEarlierOneChanged() throws Exception {
    Run first = graphOnly("first", 1, 2, TransformOfWindowsTest::everything);
    Run second = graphOnly("second", 2, 3, TransformOfWindowsTest::everything);

    assertThat(first.properties).containsEntry("files_merged", 0L).containsEntry("files_read", 2L);
    assertThat(second.messages)
        .containsExactly(
            "merges what is kept of 1 files, reads 1, and all again where constants of an earlier"
                + " phase changed");
    assertThat(second.properties)
        .containsEntry("files_merged", 1L)
        .containsEntry("files_read", 1L)
        .containsEntry("phase_2_files_merged", 0L)
        .containsEntry("phase_2_files_read", 2L)
        .containsEntry("phase_3_files_merged", 0L)
        .containsEntry("phase_3_files_read", 2L);
    assertThat(Files.readString(second.plan()))
        .isEqualTo(inProcess(second, TransformOfWindowsTest::everything));
  }

  @Test
  void aLaterPhaseReadsWhatIsNewIfConstantsOfTheEarlierOnesAreTheSame() throws Exception {
    graphOnly("first", 1, 2, TransformOfWindowsTest::steady);
    Run second = graphOnly("second", 2, 3, TransformOfWindowsTest::steady);

    assertThat(second.properties)
        .containsEntry("phase_2_files_merged", 1L)
        .containsEntry("phase_2_files_read", 1L);
  }

  /** Windows that move on, back and by leaps, and grow and shrink. */
  @Test
  void whatWasKeptChangesNoBitOfTheGraph() throws Exception {
    int seed = 1;
    Random random = new Random(seed);
    for (int window = 0; window < 4; window++) {
      int from = 1 + random.nextInt(3);
      int to = from + random.nextInt(3);
      Run run = graphOnly("w" + window, from, to, TransformOfWindowsTest::some);
      assertThat(Files.readString(run.plan()))
          .as("seed %d, days %d to %d", seed, from, to)
          .isEqualTo(inProcess(run, TransformOfWindowsTest::some));
    }
  }

  /** The fitted plan, without a job and without a memory. */
  private static String inProcess(Run run, Function<Columns<Row>, FeaturePlan> features)
      throws IOException {
    PlanFitting fitting = PlanFitting.of(features.apply(Columns.of()));
    while (fitting.passes() > 0) {
      PlanFitting.Pass pass = fitting.pass();
      for (RowGroup group : ExampleFiles.rowGroups(run.raw(), List.of("train"))) {
        pass.add(RowGroupReader.read(group));
      }
      fitting = pass.end();
    }
    return PlanFile.text(fitting.plan());
  }

  /** Two phases, the last of which reads what the first made. */
  static FeaturePlan some(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare"));
    return Features.of()
        .dense(fare.zScore().minus(1).minMax().as("fare"), fare.robustScale().as("robust"))
        .categorical(trip.text(Column.text("company")).vocabulary(3, 2))
        .unlabelled();
  }

  @Test
  void theGraphAloneIsThatOfTransformWithItsSampleAndNothingElse() throws Exception {
    graphOnly("before", 1, 2, TransformOfWindowsTest::some);
    Run alone = graphOnly("alone", 2, 3, TransformOfWindowsTest::some);
    Run whole = new Run("whole", 2, 3, true);
    Transform<Row> transform = transform(TransformOfWindowsTest::some);
    Transform.Outputs outputs = new Transform.Outputs(GRAPH, TRANSFORMED);
    Pipeline beam = pipeline();
    transform.expand(beam, whole, outputs);
    beam.run().waitUntilFinish();
    transform.finish(whole, outputs);

    assertThat(whole.properties).containsEntry("files_merged", 2L).containsEntry("files_read", 0L);
    assertThat(files(alone.graph())).isEqualTo(files(whole.graph()));
    for (String file : files(alone.graph())) {
      assertThat(alone.graph().resolve(file)).hasSameBinaryContentAs(whole.graph().resolve(file));
    }
    assertThat(alone.transformed()).doesNotExist();
    assertThat(ExampleFiles.splits(whole.transformed())).containsExactly("eval", "train");
  }

  @Test
  void whatIsDamagedIsNotTrustedAndMadeAgain() throws Exception {
    Run before = graphOnly("before", 1, 2, TransformOfWindowsTest::some);
    int i = 0;
    for (Path entry : entries()) {
      byte[] bytes = Files.readAllBytes(entry);
      int at = i % 3 == 1 ? bytes.length - 5 : 13;
      bytes[at] ^= 4;
      Files.write(entry, i % 3 == 0 ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
      i++;
    }

    Run damaged = graphOnly("damaged", 1, 2, TransformOfWindowsTest::some);
    Run mended = graphOnly("mended", 1, 2, TransformOfWindowsTest::some);

    assertThat(damaged.plan()).hasSameBinaryContentAs(before.plan());
    assertThat(mended.plan()).hasSameBinaryContentAs(before.plan());
    assertThat(mended.properties).containsEntry("files_read", 0L);
    assertThat(damaged.properties).containsEntry("files_read", 2L);
  }

  @Test
  void onlyAnalyzersThatChangedAreComputedAgain() throws Exception {
    graphOnly("before", 1, 2, fare -> two(fare, 10));
    int before = entries().size();
    Run changed = graphOnly("changed", 1, 2, fare -> two(fare, 11));

    assertThat(before).isEqualTo(4);
    assertThat(entries()).hasSize(before + 2);
    assertThat(changed.properties).containsEntry("files_read", 2L);
    assertThat(changed.plan())
        .hasSameBinaryContentAs(run(new Run("fresh", 1, 2, false), fare -> two(fare, 11)).plan());
  }

  private static FeaturePlan two(Columns<Row> trip, int buckets) {
    Numeric fare = trip.number(Column.number("fare"));
    return Features.of()
        .dense(fare.zScore())
        .categorical(fare.bucketize(buckets).as("bucket"))
        .unlabelled();
  }

  @Test
  void theRowGroupsOfAFileAreKeptTogether() throws Exception {
    int rows = 262_144 + 1_000;
    ExampleBatchBuilder batch =
        new ExampleBatchBuilder(new ExampleSchema(List.of(Field.of("x", ColumnType.FLOAT))));
    for (int row = 0; row < rows; row++) {
      batch.putFloat(0, row % 1_000);
      batch.endRow();
    }
    Run first = new Run("first", 1, 0, true);
    write(first.raw(), "train", 0, batch.build());
    FakeManifest.write(first.raw());
    Function<Columns<Row>, FeaturePlan> features =
        c -> Features.of().dense(c.number(Column.number("x")).minMax()).unlabelled();

    run(first, features);
    Files.createDirectories(folder.resolve("again"));
    Files.move(first.raw(), folder.resolve("again/raw"));
    Run again = run(new Run("again", 1, 0, true), features);

    assertThat(ExampleFiles.rowGroups(again.raw())).hasSize(2);
    assertThat(entries()).hasSize(1);
    assertThat(again.properties).containsEntry("files_merged", 1L).containsEntry("files_read", 0L);
    assertThat(FittedPlan.read(again.graph()).fitted().get(0).count()).isEqualTo(rows);
  }

  @Test
  void oldFilesAreForgottenAfterAboutThreeWindows() throws Exception {
    for (int day = 1; day <= 6; day++) {
      graphOnly("w" + day, day, day, fare -> two(fare, 10));
    }

    assertThat(entries()).hasSize(2 + 3 * 2);
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("memo"))) {
      return entries.sorted().toList();
    }
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private Run graphOnly(String name, int from, int to, Function<Columns<Row>, FeaturePlan> features)
      throws Exception {
    return run(new Run(name, from, to, true), features);
  }

  private static Run run(Run run, Function<Columns<Row>, FeaturePlan> features) throws Exception {
    TransformGraphGen<Row> transform = transform(features).graphOnly();
    Pipeline beam = pipeline();
    transform.expand(beam, run, GRAPH);
    beam.run().waitUntilFinish();
    transform.finish(run, GRAPH);
    return run;
  }

  private static Transform<Row> transform(Function<Columns<Row>, FeaturePlan> features) {
    return Transform.of(RAW, FakeArtifacts.<Schema>channel("schema", Schema.class)).with(features);
  }

  private static Pipeline pipeline() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setTargetParallelism(2);
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    return Pipeline.create(options);
  }

  private static void write(Path examples, String split, int part, ExampleBatch batch)
      throws IOException {
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, split, part), batch.schema())) {
      writer.write(batch);
    }
  }

  /** Trips of a day: miles from 0 to 10 whatever the day, fares and words of its own. */
  private static ExampleBatch trips(int day, int rows, long seed) {
    Random random = new Random(seed);
    ExampleBatchBuilder batch = new ExampleBatchBuilder(SCHEMA);
    for (int row = 0; row < rows; row++) {
      if (random.nextInt(8) > 0) {
        batch.putFloat(0, day + (float) Math.pow(random.nextDouble() * 4, 2));
      }
      batch.putFloat(1, row < 2 ? row * 10 : random.nextInt(100) / 10f);
      batch.putText(2, "c" + random.nextInt(3 + day));
      batch.putText(3, "w%d w%d".formatted(random.nextInt(5 + 3 * day), random.nextInt(10)));
      batch.endRow();
    }
    return batch.build();
  }

  /** One execution: its examples, a file for each day and split, its memo and what it reports. */
  private final class Run extends FakeArtifacts {
    private final String name;
    private final Optional<Path> memo;

    Run(String name, int from, int to, boolean keeps) throws IOException {
      super(folder.resolve(name));
      this.name = name;
      this.memo =
          keeps ? Optional.of(Files.createDirectories(folder.resolve("memo"))) : Optional.empty();
      for (int day = from; day <= to; day++) {
        write(raw(), "train", day - from, trips(day, 300, day));
        write(raw(), "eval", day - from, trips(day, 20, -day));
      }
      if (from <= to) {
        FakeManifest.write(raw());
      }
      put(RAW, new Examples<Row>(raw()));
      put(GRAPH, new TransformGraph(graph()));
      put(TRANSFORMED, new Examples<FeatureVector>(transformed()));
    }

    Path raw() {
      return folder.resolve(name).resolve("raw");
    }

    Path graph() {
      return folder.resolve(name).resolve("graph");
    }

    Path transformed() {
      return folder.resolve(name).resolve("transformed");
    }

    Path plan() {
      return graph().resolve(FittedPlan.FILE);
    }

    @Override
    public Optional<Path> memo() {
      return memo;
    }
  }
}
