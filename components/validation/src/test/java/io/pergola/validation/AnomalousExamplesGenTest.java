package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pergola.artifact.AnomalousExamples;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Schema;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.pipeline.Channel;
import io.pergola.validation.AnomalousRows.Row;
import io.pergola.validation.AnomalousRows.Rule;
import io.pergola.validation.AnomalousRows.Split;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.TestExamples.FakeArtifacts;
import io.pergola.validation.internal.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomalousExamplesGenTest {
  private static final ExampleSchema COLUMNS =
      new ExampleSchema(
          List.of(
              Field.of("hour", ColumnType.INT),
              Field.of("fare", ColumnType.FLOAT),
              Field.of("company", ColumnType.TEXT)));

  private static final DataSchema SCHEMA =
      new DataSchema(
          List.of(
              FeatureSchema.of("hour", FeatureType.INT)
                  .presence(Presence.REQUIRED)
                  .domain(new IntRange(0, 23)),
              FeatureSchema.of("fare", FeatureType.FLOAT).domain(FloatRange.FINITE),
              FeatureSchema.of("company", FeatureType.TEXT)
                  .domain(new Strings(List.of("a", "b")))));

  @TempDir Path folder;

  private AnomalousRows run(
      Path examples, DataSchema expected, UnaryOperator<AnomalousExamplesGen> options) {
    Channel<Examples<Object>> in = TestExamples.channel("examples", Examples.class);
    Channel<Schema> schema = TestExamples.channel("schema", Schema.class);
    Channel<AnomalousExamples> out = TestExamples.channel("out", AnomalousExamples.class);
    Path result = examples.resolveSibling(examples.getFileName() + "-out");
    SchemaFile.write(expected, folder.resolve("schema"));
    FakeArtifacts artifacts =
        new FakeArtifacts()
            .put(in, new Examples<>(examples))
            .put(schema, new Schema(folder.resolve("schema")))
            .put(out, new AnomalousExamples(result));
    AnomalousExamplesGen gen = options.apply(AnomalousExamplesGen.of(in, schema));
    Pipeline beam = TestExamples.pipeline();
    gen.expand(beam, artifacts, out);
    beam.run().waitUntilFinish();
    gen.finish(artifacts, out);
    AnomalousRows rows = AnomalousExamplesFile.read(result);
    assertThat(artifacts.properties).containsEntry("anomalous", rows.anomalous());
    return rows;
  }

  /** Row i: hour i % 30, fare NaN where i % 50 == 7, company c where i % 100 == 3; some missing. */
  private static List<String[]> rows(int from, int to) {
    List<String[]> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(
          new String[] {
            i % 40 == 39 ? null : i % 30 + "", i % 50 == 7 ? "NaN" : "1.5", i % 100 == 3 ? "c" : "a"
          });
    }
    return rows;
  }

  @Test
  void rowsAreCountedByRuleAndKeptWithTheirValues() throws IOException {
    Path examples = folder.resolve("e");
    TestExamples.write(examples, "train", 0, TestExamples.batch(COLUMNS, rows(0, 300)));
    TestExamples.write(examples, "train", 1, TestExamples.batch(COLUMNS, rows(300, 600)));
    TestExamples.write(examples, "eval", 0, TestExamples.batch(COLUMNS, rows(0, 3)));

    AnomalousRows found = run(examples, SCHEMA, gen -> gen.sampling(4));

    long hours = 0;
    long any = 0;
    for (int i = 0; i < 600; i++) {
      boolean missing = i % 40 == 39;
      boolean big = !missing && i % 30 > 23;
      hours += big ? 1 : 0;
      any += big || missing || i % 50 == 7 || i % 100 == 3 ? 1 : 0;
    }
    Split train = found.splits().get(1);
    assertThat(found.splits().get(0)).isEqualTo(new Split("eval", 3, 0, List.of()));
    assertThat(train.examples()).isEqualTo(600);
    assertThat(train.anomalous()).isEqualTo(any);
    assertThat(train.rules())
        .extracting(Rule::feature, Rule::type, Rule::examples)
        .containsExactly(
            tuple("company", AnomalyType.ENUM_TYPE_UNEXPECTED_STRING_VALUES, 6L),
            tuple("fare", AnomalyType.FLOAT_TYPE_HAS_NAN, 12L),
            tuple("hour", AnomalyType.FEATURE_TYPE_NOT_PRESENT, 15L),
            tuple("hour", AnomalyType.INT_TYPE_BIG_INT, hours));
    Rule company = train.rules().get(0);
    assertThat(company.sample()).hasSize(4);
    assertThat(company.sample()).allMatch(row -> row.row() % 100 == 3);
    Row first = company.sample().get(0);
    assertThat(first.values())
        .isEqualTo(
            new TreeMap<>(Map.of("company", "c", "fare", "1.5", "hour", first.row() % 30 + "")));
  }

  @Test
  void theSampleDependsOnThePlacesOfRowsOnly() throws IOException {
    Path whole = folder.resolve("whole");
    TestExamples.write(whole, "train", 0, TestExamples.batch(COLUMNS, rows(0, 900)));
    Path parts = folder.resolve("parts");
    for (int part = 0; part < 9; part++) {
      TestExamples.write(
          parts, "train", part, TestExamples.batch(COLUMNS, rows(part * 100, part * 100 + 100)));
    }

    AnomalousRows ofWhole = run(whole, SCHEMA, gen -> gen.sampling(3));

    assertThat(run(parts, SCHEMA, gen -> gen.sampling(3))).isEqualTo(ofWhole);
    assertThat(run(whole, SCHEMA, gen -> gen.sampling(0)).splits().get(0).rules())
        .allMatch(rule -> rule.sample().isEmpty());
  }

  @Test
  void whatASchemaAcceptsIsNotAnomalous() throws IOException {
    Path examples = folder.resolve("e");
    TestExamples.write(examples, "train", 0, TestExamples.batch(COLUMNS, rows(0, 200)));
    DatasetStatistics statistics = TestExamples.statistics(examples, folder.resolve("statistics"));
    DataSchema accepting = Validation.validate(statistics, SCHEMA).accepting(SCHEMA);

    assertThat(run(examples, accepting, gen -> gen).anomalous()).isZero();
  }

  @Test
  void columnsAreMissingNewOrOfAnotherTypeInEveryRow() throws IOException {
    Path examples = folder.resolve("e");
    TestExamples.write(examples, "train", 0, TestExamples.batch(COLUMNS, rows(0, 10)));
    DataSchema other =
        new DataSchema(
                List.of(
                    FeatureSchema.of("hour", FeatureType.TEXT),
                    FeatureSchema.of("fare", FeatureType.FLOAT)
                        .environments(new Environments(List.of(), List.of("SERVING"))),
                    FeatureSchema.of("tips", FeatureType.FLOAT).presence(Presence.REQUIRED)))
            .defaultEnvironments("SERVING");

    AnomalousRows found = run(examples, other, gen -> gen.environment("SERVING").sampling(0));

    assertThat(found.splits().get(0).rules())
        .containsExactly(
            new Rule("company", AnomalyType.SCHEMA_NEW_COLUMN, 10, List.of()),
            new Rule("fare", AnomalyType.SCHEMA_NEW_COLUMN, 10, List.of()),
            new Rule("hour", AnomalyType.UNEXPECTED_DATA_TYPE, 10, List.of()),
            new Rule("tips", AnomalyType.SCHEMA_MISSING_COLUMN, 10, List.of()));
  }

  @Test
  void listsAreComparedRowByRow() throws IOException {
    ExampleSchema columns =
        new ExampleSchema(
            List.of(new Field("i", ColumnType.INT, true), new Field("v", ColumnType.FLOAT, true)));
    ExampleBatchBuilder builder = new ExampleBatchBuilder(columns);
    int[][] lengths = {{1, 1}, {2, 1}, {1, 2}, {1, -1}, {-1, 3}, {-1, -1}};
    for (int[] length : lengths) {
      for (int k = 0; k < length[0]; k++) {
        builder.putLong(0, k);
      }
      for (int k = 0; k < length[1]; k++) {
        builder.putFloat(1, k);
      }
      builder.endRow();
    }
    Path examples = folder.resolve("e");
    TestExamples.write(examples, "train", 0, builder.build());
    DataSchema schema =
        new DataSchema(
                List.of(
                    FeatureSchema.of("i", FeatureType.INT),
                    FeatureSchema.of("v", FeatureType.FLOAT).values(new ValueCounts(2, 2))))
            .sparseFeatures(List.of(SparseFeature.of("s", "v", "i")))
            .weightedFeatures(List.of(WeightedFeature.of("w", "v", "i")));

    AnomalousRows found = run(examples, schema, gen -> gen.sampling(0));

    assertThat(found.splits().get(0).anomalous()).isEqualTo(5);
    assertThat(found.splits().get(0).rules())
        .containsExactly(
            new Rule("s", AnomalyType.SPARSE_FEATURE_MISSING_VALUE, 1, List.of()),
            new Rule("s", AnomalyType.SPARSE_FEATURE_MISSING_INDEX, 1, List.of()),
            new Rule("s", AnomalyType.SPARSE_FEATURE_LENGTH_MISMATCH, 2, List.of()),
            new Rule("v", AnomalyType.FEATURE_TYPE_HIGH_NUMBER_VALUES, 1, List.of()),
            new Rule("v", AnomalyType.FEATURE_TYPE_LOW_NUMBER_VALUES, 2, List.of()),
            new Rule("w", AnomalyType.WEIGHTED_FEATURE_MISSING_VALUE, 1, List.of()),
            new Rule("w", AnomalyType.WEIGHTED_FEATURE_MISSING_WEIGHT, 1, List.of()),
            new Rule("w", AnomalyType.WEIGHTED_FEATURE_LENGTH_MISMATCH, 2, List.of()));
  }
}
