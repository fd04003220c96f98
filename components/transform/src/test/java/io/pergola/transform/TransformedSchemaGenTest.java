package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Row;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import io.pergola.feature.Vector;
import io.pergola.pipeline.Channel;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataSchema;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Environments;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.StatisticsAccumulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformedSchemaGenTest {
  private static final Channel<TransformGraph> GRAPH =
      FakeArtifacts.channel("graph", TransformGraph.class);
  private static final Channel<Schema> RAW = FakeArtifacts.channel("raw", Schema.class);
  private static final Channel<Schema> SCHEMA = FakeArtifacts.channel("schema", Schema.class);
  private static final Channel<Statistics> STATISTICS =
      FakeArtifacts.channel("statistics", Statistics.class);
  private static final Channel<Anomalies> ANOMALIES =
      FakeArtifacts.channel("anomalies", Anomalies.class);

  /** {@code fare} is in every example, the others need not be. */
  private static final DataSchema OF_RAW =
      new DataSchema(
          List.of(
              FeatureSchema.of("fare", FeatureType.FLOAT)
                  .presence(Presence.REQUIRED)
                  .values(ValueCounts.ONE),
              FeatureSchema.of("hour", FeatureType.INT).values(ValueCounts.ONE),
              FeatureSchema.of("company", FeatureType.TEXT).values(ValueCounts.ONE)));

  private static final ExampleBatch TRIPS =
      Batches.batch(
          Batches.floats("fare", 3f, 9f, 30f, 12f, 3.5f, 80f),
          Batches.longs("hour", 0L, 23L, null, 4L, 7L, 8L),
          Batches.text("company", "Blue Cab", "Yellow Cab", null, "Blue Cab", "", "Red"));

  @TempDir Path folder;

  private static FeaturePlan features(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare"));
    Numeric hour = trip.number(Column.number("hour"));
    Text company = trip.text(Column.text("company"));
    return Features.of()
        .dense(
            fare.zScore().as("a_scaled"),
            hour.minMax().as("b_may_be_missing"),
            fare.clip(0, 50).as("c_clipped"),
            hour.quantileScale(4).orElse(-1).as("d_filled"),
            fare.bucketize(3).oneHot().as("e_vector"),
            company.tokenize().vocabulary(5, 0).bagOfWords().as("f_counts"))
        .categorical(
            company.vocabulary(10, 0).as("g_known_terms"),
            company.orElse("").vocabulary(10, 2).as("h_filled_terms"),
            hour.identity(24).as("i_hour"),
            company.cross(fare.bucketize(2)).hash(7).as("j_hash"))
        .sequence(company.orElse("").tokenize().vocabulary(5, 1).padTo(3).as("k_sequence"))
        .weight(fare.as("l_weight"))
        .label(fare.greaterThan(10).as("m_label"));
  }

  @Test
  void theSchemaSaysWhatFollowsFromThePlanAndItsConstants() throws IOException {
    DataSchema schema = schema(fit(TransformedSchemaGenTest::features));

    Environments training = new Environments(List.of(), List.of("SERVING"));
    assertThat(schema.defaultEnvironments()).containsExactly("TRAINING", "SERVING");
    assertThat(schema.features())
        .containsExactly(
            one("a_scaled", FeatureType.FLOAT, Presence.REQUIRED),
            one("b_may_be_missing", FeatureType.FLOAT, Presence.NONE),
            one("c_clipped", FeatureType.FLOAT, Presence.REQUIRED)
                .domain(new FloatRange(0, 50, Special.ALLOWED, Special.DISALLOWED)),
            one("d_filled", FeatureType.FLOAT, Presence.REQUIRED).domain(between(-1, 1)),
            FeatureSchema.of("e_vector", FeatureType.FLOAT)
                .presence(Presence.REQUIRED)
                .shape(Optional.of(FixedShape.of(3)))
                .domain(between(0, 1)),
            FeatureSchema.of("f_counts", FeatureType.FLOAT)
                .presence(Presence.NONE)
                .values(new ValueCounts(5, 5))
                .domain(
                    new FloatRange(
                        0, Double.POSITIVE_INFINITY, Special.DISALLOWED, Special.ALLOWED)),
            // "Blue Cab", "Yellow Cab" and "Red"; the empty text is no term.
            one("g_known_terms", FeatureType.INT, Presence.NONE).domain(ids(-1, 2)),
            one("h_filled_terms", FeatureType.INT, Presence.REQUIRED).domain(ids(0, 4)),
            one("i_hour", FeatureType.INT, Presence.NONE).domain(ids(0, 23)),
            one("j_hash", FeatureType.INT, Presence.NONE).domain(ids(0, 6)),
            FeatureSchema.of("k_sequence", FeatureType.INT)
                .presence(Presence.REQUIRED)
                .shape(Optional.of(FixedShape.of(3)))
                .domain(ids(0, 6)),
            one("m_label", FeatureType.FLOAT, Presence.REQUIRED)
                .domain(Domain.Bool.OF_NUMBERS)
                .environments(training),
            one("l_weight", FeatureType.FLOAT, Presence.REQUIRED).environments(training));
  }

  /** Functions of authors, components, and numbers of all examples. */
  private static FeaturePlan own(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare"));
    Text company = trip.text(Column.text("company"));
    return Features.of()
        .dense(
            fare.map("squared", x -> x * x).as("a_function"),
            fare.mapMissingAsNan("known", x -> x > 5 ? x : Double.NaN).as("b_may_be_missing"),
            fare.perKey(company).mean().as("c_of_key"),
            Vector.of("d_vector", fare, fare.analysed().mean()).pca(1),
            company.orElse("").map("first", t -> t.isEmpty() ? null : t).length().as("e_length"))
        .categorical(fare.bucketizeEqualWidth(4).as("f_width"))
        .label(company.orElse("").is("Red").as("g_label"));
  }

  @Test
  void whatFunctionsOfAuthorsMakeIsRequiredWhereItIsAlwaysThere() throws IOException {
    FittedPlan plan = fit(TransformedSchemaGenTest::own);
    DataSchema schema = schema(plan);
    assertThat(schema.features())
        .extracting(FeatureSchema::name, FeatureSchema::presence)
        .containsExactly(
            tuple("a_function", Presence.REQUIRED),
            tuple("b_may_be_missing", Presence.NONE),
            tuple("c_of_key", Presence.REQUIRED),
            tuple("d_vector", Presence.REQUIRED),
            tuple("e_length", Presence.NONE),
            tuple("f_width", Presence.REQUIRED),
            tuple("g_label", Presence.REQUIRED));
    assertThat(schema.features().get(5).domain()).contains(ids(0, 3));
    assertThat(anomalies(schema, plan.apply(TRIPS))).isEmpty();
  }

  @Test
  void whatThePlanMakesHasNoAnomalies() throws IOException {
    FittedPlan plan = fit(TransformedSchemaGenTest::features);

    assertThat(anomalies(schema(plan), plan.apply(TRIPS))).isEmpty();
  }

  @Test
  void whatAnotherPlanMadeHas() throws IOException {
    DataSchema schema =
        schema(
            fit(
                trip ->
                    Features.of()
                        .dense(
                            trip.number(Column.number("fare")).bucketize(3).oneHot().as("vector"))
                        .categorical(trip.number(Column.number("hour")).identity(24).as("hour"))
                        .unlabelled()));
    FittedPlan other =
        fit(
            trip ->
                Features.of()
                    .dense(trip.number(Column.number("fare")).bucketize(4).oneHot().as("vector"))
                    .categorical(
                        trip.number(Column.number("hour")).times(2).identity(48).as("hour"))
                    .unlabelled());

    assertThat(anomalies(schema, other.apply(TRIPS)))
        .extracting(anomaly -> anomaly.feature().orElseThrow(), Anomaly::type)
        .containsExactly(
            tuple("vector", AnomalyType.INVALID_FEATURE_SHAPE),
            tuple("hour", AnomalyType.INT_TYPE_BIG_INT));
  }

  private static FeatureSchema one(String name, FeatureType type, Presence presence) {
    return FeatureSchema.of(name, type).presence(presence).values(ValueCounts.ONE);
  }

  private static FloatRange between(double low, double high) {
    return new FloatRange(low, high, Special.DISALLOWED, Special.DISALLOWED);
  }

  private static IntRange ids(long least, long most) {
    return new IntRange(least, most, Meaning.CATEGORICAL);
  }

  private static FittedPlan fit(Function<Columns<Row>, FeaturePlan> features) {
    PlanFitting fitting = PlanFitting.of(features.apply(Columns.of()));
    while (fitting.passes() > 0) {
      PlanFitting.Pass pass = fitting.pass();
      pass.add(TRIPS);
      fitting = pass.end();
    }
    return fitting.plan();
  }

  private DataSchema schema(FittedPlan plan) throws IOException {
    Path graph = Files.createTempDirectory(folder, "graph");
    Path raw = Files.createTempDirectory(folder, "raw");
    Path schema = Files.createTempDirectory(folder, "schema");
    plan.write(graph);
    SchemaFile.write(OF_RAW, raw);
    TransformedSchemaGen.of(GRAPH, RAW)
        .run(
            new FakeArtifacts(folder)
                .put(GRAPH, new TransformGraph(graph))
                .put(RAW, new Schema(raw))
                .put(SCHEMA, new Schema(schema)),
            SCHEMA);
    return SchemaFile.read(schema);
  }

  private List<Anomaly> anomalies(DataSchema expected, ExampleBatch transformed)
      throws IOException {
    Path schema = Files.createTempDirectory(folder, "expected");
    Path statistics = Files.createTempDirectory(folder, "statistics");
    Path anomalies = Files.createTempDirectory(folder, "anomalies");
    SchemaFile.write(expected, schema);
    new StatisticsAccumulator().add("train", transformed).write(statistics);
    ExampleValidator.of(STATISTICS, SCHEMA)
        .reportingOnly()
        .run(
            new FakeArtifacts(folder)
                .put(SCHEMA, new Schema(schema))
                .put(STATISTICS, new Statistics(statistics))
                .put(ANOMALIES, new Anomalies(anomalies)),
            ANOMALIES);
    return AnomaliesFile.read(anomalies).anomalies();
  }
}
