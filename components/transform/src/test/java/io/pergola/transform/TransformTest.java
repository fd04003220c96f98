package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.artifact.Schema;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Ids;
import io.pergola.feature.Numeric;
import io.pergola.feature.Tokens;
import io.pergola.feature.Vector;
import io.pergola.pipeline.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformTest {
  @TempDir Path directory;

  static FeaturePlan taxi(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare")).orElse(0);
    Numeric tips = trip.number(Column.number("tips")).orElse(0);
    return Features.of()
        .dense(
            fare.zScore(),
            trip.number(Column.number("trip_miles")).orElse(0).minMax(),
            trip.number(Column.number("trip_seconds")).zScore())
        .categorical(
            trip.number(Column.number("pickup_latitude"))
                .bucketize(10)
                .cross(trip.number(Column.number("pickup_longitude")).bucketize(10))
                .hash(100),
            trip.text(Column.text("payment_type")).vocabulary(3, 2),
            trip.text(Column.text("company")).orElse("").hash(1_000),
            trip.number(Column.number("trip_start_hour")).identity(24))
        .label(tips.greaterThan(fare.times(0.2)));
  }

  /** Analyzers of what other analyzers made. */
  static FeaturePlan nested(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare"));
    Numeric miles = trip.number(Column.number("trip_miles"));
    return Features.of()
        .dense(
            fare.zScore().minus(miles.zScore()).minMax().zScore().as("gap"),
            fare.minMax(-1, 1).as("fare"),
            miles.perKey(fare.bucketize(3)).zScore().as("miles_for_fare"))
        .categorical(fare.zScore().plus(1).bucketize(7).as("fare_bucket"))
        .unlabelled();
  }

  /** What a function of the test computes is analysed, and so are vectors and keys. */
  private static FeaturePlan own(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare"));
    Numeric miles = trip.number(Column.number("trip_miles"));
    Numeric share = fare.map("share", miles, (x, y) -> y == 0 ? 0 : x / y);
    return Features.of()
        .dense(
            share.zScore(),
            Vector.of("pair", fare, miles).pca(2),
            fare.perKey(miles.bucketizeEqualWidth(5)).mean().as("mean_fare"),
            fare.minus(fare.analysed().mean()).map("squared", x -> x * x).as("distance"))
        .unlabelled();
  }

  private static final class Job {
    final Path graph;
    final Path examples;

    Job(Path raw, Path out, Function<Columns<Row>, FeaturePlan> features) {
      graph = out.resolve("graph");
      examples = out.resolve("examples");
      Pipeline beam = Pipeline.create(PipelineOptionsFactory.create());
      job(transform(features), raw).writeAll(beam, graph, examples);
      beam.run().waitUntilFinish();
    }

    FittedPlan plan() throws IOException {
      return FittedPlan.read(graph);
    }
  }

  private static FittingJob job(Transform<Row> transform, Path raw) {
    return FittingJob.of(transform.plan(), transform.analyzed(), raw);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Transform<Row> transform(Function<Columns<Row>, FeaturePlan> features) {
    Channel<Examples<Row>> examples = new Channel("gen", "examples", Examples.class);
    return Transform.of(examples, new Channel<>("schema-gen", "schema", Schema.class))
        .with(features);
  }

  private static List<ExampleBatch> pieces(ExampleBatch batch, int size) {
    List<ExampleBatch> pieces = new ArrayList<>();
    for (int from = 0; from < batch.rows(); from += size) {
      pieces.add(Batches.slice(batch, from, Math.min(batch.rows(), from + size)));
    }
    return pieces;
  }

  private Path raw(String name, List<ExampleBatch> train, List<ExampleBatch> eval)
      throws IOException {
    Path raw = directory.resolve(name);
    Batches.write(raw, "train", train.get(0).schema(), train);
    Batches.write(raw, "eval", train.get(0).schema(), eval);
    return raw;
  }

  @Test
  void firstRawExamplesOfEachSplitAreKeptWithTheColumnsThatThePlanReads() throws IOException {
    ExampleBatch trips = Batches.slice(Trips.batch(), 0, 3_000);
    Path raw =
        raw(
            "raw",
            pieces(Batches.slice(trips, 0, 2_900), 1_500),
            List.of(Batches.slice(trips, 2_900, 3_000)));

    Job job = new Job(raw, directory.resolve("out"), TransformTest::nested);
    job(transform(TransformTest::nested), raw).keepSample(job.graph);

    List<ExampleBatch> train = RawSample.read(job.graph, "train");
    List<ExampleBatch> eval = RawSample.read(job.graph, "eval");
    assertThat(train.stream().mapToInt(ExampleBatch::rows).sum()).isEqualTo(RawSample.ROWS);
    assertThat(eval.stream().mapToInt(ExampleBatch::rows).sum()).isEqualTo(100);
    assertThat(eval.get(0).columns().stream().map(column -> column.name()))
        .containsExactlyInAnyOrder("fare", "trip_miles");
    FittedPlan plan = job.plan();
    ExampleBatch wanted = plan.apply(Batches.slice(trips, 2_900, 3_000));
    ExampleBatch kept = plan.apply(eval.get(0));
    for (int row = 0; row < 100; row++) {
      assertThat(((FloatColumn) kept.column("gap")).value(row))
          .isEqualTo(((FloatColumn) wanted.column("gap")).value(row));
    }
    assertThat(RawSample.read(job.graph, "test")).isEmpty();
    assertThat(RawSample.read(directory, "eval")).isEmpty();
  }

  @Test
  void everyRowGroupBecomesAFileOfItsFeatures() throws IOException {
    ExampleBatch trips = Batches.slice(Trips.batch(), 0, 2_000);
    List<ExampleBatch> train = pieces(Batches.slice(trips, 0, 1_500), 700);
    List<ExampleBatch> eval = pieces(Batches.slice(trips, 1_500, 2_000), 300);
    Path raw = raw("raw", train, eval);

    Job job = new Job(raw, directory.resolve("out"), TransformTest::taxi);

    assertThat(ExampleFiles.splits(job.examples)).containsExactly("eval", "train");
    assertThat(ExampleFiles.rows(job.examples, "train")).isEqualTo(1_500);
    assertThat(ExampleFiles.rows(job.examples, "eval")).isEqualTo(500);
    FittedPlan plan = job.plan();
    List<RowGroup> before = ExampleFiles.rowGroups(raw);
    List<RowGroup> after = ExampleFiles.rowGroups(job.examples);
    assertThat(after).hasSameSizeAs(before);
    for (int i = 0; i < before.size(); i++) {
      ExampleBatch inProcess = plan.apply(RowGroupReader.read(before.get(i)));
      ExampleBatch inTheJob = RowGroupReader.read(after.get(i));
      assertThat(after.get(i).path().getFileName()).isEqualTo(before.get(i).path().getFileName());
      assertThat(inTheJob.schema()).isEqualTo(plan.schema(ExampleFiles.schema(raw)));
      assertThat(Batches.values(inTheJob)).isEqualTo(Batches.values(inProcess));
    }
  }

  @Test
  void aPlanIsFittedInAProgramAsInAJob() throws IOException {
    ExampleBatch trips = Batches.slice(Trips.batch(), 0, 2_000);
    Path raw = raw("raw", List.of(trips), List.of(trips));
    for (Function<Columns<Row>, FeaturePlan> features :
        List.<Function<Columns<Row>, FeaturePlan>>of(
            TransformTest::taxi, TransformTest::nested, TransformTest::own)) {
      Job job = new Job(raw, directory.resolve("out-" + features.hashCode()), features);

      PlanFitting fitting = PlanFitting.of(features.apply(Columns.of()));
      while (fitting.passes() > 0) {
        assertThatThrownBy(fitting::plan).hasMessageContaining("more passes over the examples");
        PlanFitting.Pass first = fitting.pass();
        PlanFitting.Pass second = fitting.pass();
        List<ExampleBatch> pieces = pieces(trips, 300);
        for (int i = 0; i < pieces.size(); i++) {
          (i % 2 == 0 ? second : first).add(pieces.get(i));
        }
        first.merge(second);
        fitting = first.end();
      }

      assertThat(fitting.plan()).isEqualTo(job.plan());
    }
  }

  @Test
  void aFittingReadsTheColumnsOfFeaturesLabelAndWeight() {
    Columns<Row> trip = Columns.of();
    PlanFitting unfitted =
        PlanFitting.of(
            Features.of()
                .dense(trip.number(Column.number("fare")).zScore())
                .weight(trip.number(Column.number("trip_miles")))
                .label(trip.number(Column.number("tips")).greaterThan(1)));

    assertThat(unfitted.columns()).as("of the pass").containsExactly("fare");
    PlanFitting fitted = unfitted.pass().end();
    assertThat(fitted.columns()).containsExactly("fare", "tips", "trip_miles");
  }

  @Test
  void constantsDoNotDependOnOrderOrGroupingOfExamples() throws IOException {
    ExampleBatch trips = Batches.slice(Trips.batch(), 0, 2_000);
    Path inOrder = raw("in-order", List.of(trips), List.of(trips));
    List<ExampleBatch> shuffled = pieces(trips, 137);
    Collections.shuffle(shuffled, new Random(1));
    Path outOfOrder = raw("out-of-order", shuffled, List.of(trips));

    assertThat(new Job(inOrder, directory.resolve("a"), TransformTest::taxi).plan())
        .isEqualTo(new Job(outOfOrder, directory.resolve("b"), TransformTest::taxi).plan());
    assertThat(directory.resolve("a/graph/transform.json"))
        .hasSameBinaryContentAs(directory.resolve("b/graph/transform.json"));
  }

  @Test
  void aLaterPhaseSeesWhatAnEarlierFitted() throws IOException {
    ExampleBatch trips = Batches.slice(Trips.batch(), 0, 2_000);
    Path raw = raw("raw", pieces(trips, 500), List.of(trips));

    FittedPlan plan = new Job(raw, directory.resolve("out"), TransformTest::nested).plan();

    List<Float> gaps = new ArrayList<>();
    Batches.values(plan.apply(trips), "gap")
        .forEach(
            gap -> {
              if (gap != null) {
                gaps.add((Float) gap);
              }
            });
    double mean = gaps.stream().mapToDouble(f -> f).average().orElseThrow();
    double variance =
        gaps.stream().mapToDouble(f -> (f - mean) * (f - mean)).average().orElseThrow();
    assertThat(mean).isBetween(-1e-5, 1e-5);
    assertThat(variance).isBetween(1 - 1e-5, 1 + 1e-5);
    assertThat(
            Batches.values(plan.apply(trips), "miles_for_fare").stream()
                .filter(miles -> miles != null)
                .mapToDouble(miles -> (Float) miles)
                .average()
                .orElseThrow())
        .isBetween(-1e-5, 1e-5);
    Integer[] sizes = {0, 0, 0, 0, 0, 0, 0};
    List<Object> buckets = Batches.values(plan.apply(trips), "fare_bucket");
    buckets.forEach(bucket -> sizes[(int) (long) (Long) bucket]++);
    assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(180, 400));
  }

  /** Tokens, their rarity, and sequences: two phases, over row groups of two and of one. */
  static FeaturePlan reviews(Columns<Row> review) {
    Tokens words = review.text(Column.text("t")).tokenize();
    Ids ids = words.vocabulary(3, 0);
    return Features.of()
        .dense(ids.tfIdf().as("weights"), words.count().as("words"))
        .sequence(ids.as("first_words").padTo(2))
        .unlabelled();
  }

  @Test
  void listsAreFittedInTwoPhasesAndWrittenAsVectorsAndSequences() throws IOException {
    // b: 4 in 3 reviews; a and c: 2 in 2; d: 1. Of equally frequent terms the last comes first.
    List<ExampleBatch> train =
        List.of(
            Batches.batch(Batches.text("t", "b a b", "c b")),
            Batches.batch(Batches.text("t", (String) null)),
            Batches.batch(Batches.dictionary(Batches.text("t", "d a b", "c", ""))));
    Path raw = raw("raw", train, train.subList(0, 1));

    Job job = new Job(raw, directory.resolve("out"), TransformTest::reviews);

    FittedPlan plan = job.plan();
    assertThat(plan.fitted()).hasSize(2);
    Fitted.TokenVocabulary vocabulary = (Fitted.TokenVocabulary) plan.fitted().get(0);
    assertThat(vocabulary.count()).isEqualTo(9);
    assertThat(vocabulary.terms()).isEqualTo(Terms.of("b", "c", "a"));
    Fitted.TfIdf tfIdf = (Fitted.TfIdf) plan.fitted().get(1);
    assertThat(tfIdf.count()).isEqualTo(5);
    assertThat(tfIdf.documents()).containsExactly(3L, 2L, 2L);
    ExampleBatch first =
        RowGroupReader.read(ExampleFiles.rowGroups(job.examples, List.of("train")).get(0));
    assertThat(first.schema()).isEqualTo(plan.schema(ExampleFiles.schema(raw)));
    float often = (float) (StrictMath.log(6 / 4.0) + 1);
    float seldom = (float) (StrictMath.log(6 / 3.0) + 1);
    assertThat(ListColumns.lists(first, "weights"))
        .containsExactly(
            List.of(2 / 3f * often, 0f, 1 / 3f * seldom),
            List.of(1 / 2f * often, 1 / 2f * seldom, 0f));
    assertThat(ListColumns.lists(first, "first_words"))
        .containsExactly(List.of(0L, 2L), List.of(1L, 0L));
    assertThat(Batches.values(first, "words")).containsExactly(3f, 2f);
  }

  @Test
  void wideRowGroupsBecomeSeveralFiles() throws IOException {
    int rows = 300;
    Long[] ids = new Long[rows];
    for (int row = 0; row < rows; row++) {
      ids[row] = (long) row;
    }
    ExampleBatch batch = Batches.batch(Batches.longs("x", ids));
    Path raw = raw("raw", List.of(batch, batch), List.of(batch));
    int width = 1 << 16;
    Function<Columns<Row>, FeaturePlan> features =
        c ->
            Features.of().dense(c.number(Column.number("x")).identity(width).oneHot()).unlabelled();

    Job job = new Job(raw, directory.resolve("out"), features);

    assertThat(TransformFn.rowsOfFile(width)).isEqualTo(256);
    List<RowGroup> groups = ExampleFiles.rowGroups(job.examples, List.of("train"));
    assertThat(groups).extracting(RowGroup::rows).containsExactly(256L, 44L, 256L, 44L);
    // Of 64 MiB of numbers, nearly all of them zeros.
    assertThat(Files.size(groups.get(0).path())).isLessThan(1 << 20);
    ExampleBatch last = RowGroupReader.read(groups.get(3));
    List<Object> vector = ListColumns.lists(last, "x").get(43);
    assertThat(vector).hasSize(width);
    assertThat(vector.get(299)).isEqualTo(1f);
    assertThat(vector.stream().filter(x -> !x.equals(0f)).count()).isEqualTo(1);
  }

  @Test
  void onlyTheAnalysedSplitCounts() throws IOException {
    ExampleBatch train = Batches.batch(Batches.floats("x", 1f, 3f));
    ExampleBatch eval = Batches.batch(Batches.floats("x", 100f, null));
    Path raw = raw("raw", List.of(train), List.of(eval));
    Function<Columns<Row>, FeaturePlan> features =
        c -> Features.of().dense(c.number(Column.number("x")).zScore()).unlabelled();

    Job job = new Job(raw, directory.resolve("out"), features);

    assertThat(((Fitted.ZScore) job.plan().fitted().get(0)).mean()).isEqualTo(2);
    ExampleBatch transformed =
        RowGroupReader.read(ExampleFiles.rowGroups(job.examples, List.of("eval")).get(0));
    assertThat(Batches.values(transformed, "x")).containsExactly(98f, null);
  }

  @Test
  void splitsWithoutExamplesStayAndConstantsAreDefined() throws IOException {
    ExampleBatch none = Batches.slice(Trips.batch(), 0, 0);
    Path raw = raw("raw", List.of(none), List.of(none));

    Job job = new Job(raw, directory.resolve("out"), TransformTest::taxi);

    assertThat(ExampleFiles.splits(job.examples)).containsExactly("eval", "train");
    assertThat(ExampleFiles.schema(job.examples).columns()).hasSize(8);
    assertThat(ExampleFiles.rows(job.examples, "train")).isZero();
    FittedPlan plan = job.plan();
    ExampleBatch one = plan.apply(Batches.slice(Trips.batch(), 0, 1));
    assertThat(Batches.values(one, "fare")).containsExactly(0f);
    assertThat(plan.fitted()).allSatisfy(fitted -> assertThat(fitted.count()).isZero());
  }

  @Test
  void sameInputGivesTheSameFiles() throws IOException {
    ExampleBatch trips = Batches.slice(Trips.batch(), 0, 1_000);
    Path raw = raw("raw", pieces(trips, 300), List.of(trips));
    Job first = new Job(raw, directory.resolve("a"), TransformTest::taxi);
    Job second = new Job(raw, directory.resolve("b"), TransformTest::taxi);
    try (Stream<Path> files = Files.walk(first.examples)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(second.examples.resolve(first.examples.relativize(file)))
            .hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void everyMissingColumnIsNamedAtOnceWithTheNearestName() throws IOException {
    ExampleBatch batch = Batches.batch(Batches.floats("fare", 1f), Batches.text("company", "a"));
    Path raw = raw("raw", List.of(batch), List.of(batch));
    Function<Columns<Row>, FeaturePlan> features =
        c ->
            Features.of()
                .dense(c.number(Column.number("fares")))
                .categorical(c.text(Column.text("payment_type")).hash(3))
                .unlabelled();
    Transform<Row> transform = transform(features).analyzing("trian");
    assertThatThrownBy(() -> job(transform, raw))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            Cannot analyse split 'trian': the examples have [eval, train]. Name other splits: .analyzing(...).
            Cannot find column 'fares', which a feature needs. Did you mean 'fare'?
            Cannot find column 'payment_type', which a feature needs. The examples have [fare, company].\
            """);
  }

  @Test
  void refusedValuesFailTheJobWithFeatureAndValue() throws IOException {
    ExampleBatch batch = Batches.batch(Batches.longs("hour", 3L, 24L));
    Path raw = raw("raw", List.of(batch), List.of(batch));
    Function<Columns<Row>, FeaturePlan> features =
        c -> Features.of().categorical(c.number(Column.number("hour")).identity(24)).unlabelled();
    assertThatThrownBy(() -> new Job(raw, directory.resolve("out"), features))
        .hasStackTraceContaining(
            "Cannot use 24 as feature 'hour': an identity takes whole numbers in 0..23.");
  }
}
