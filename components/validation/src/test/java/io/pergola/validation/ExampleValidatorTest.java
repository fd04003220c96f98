package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.beam.ColumnType;
import io.pergola.pipeline.Channel;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.TestExamples.FakeArtifacts;
import io.pergola.validation.internal.InferenceOptions;
import io.pergola.validation.internal.SchemaInference;
import io.pergola.validation.internal.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExampleValidatorTest {
  @TempDir Path folder;

  private static CommonStatistics common(long present, long missing, long min, long max) {
    return new CommonStatistics(
        present,
        missing,
        min,
        max,
        present == 0 ? Double.NaN : max,
        present * max,
        Histogram.EMPTY);
  }

  private static NumericFeature number(
      ColumnType type,
      CommonStatistics common,
      long nans,
      long infinities,
      double min,
      double max) {
    return new NumericFeature(
        "x",
        type,
        common,
        0,
        0,
        0,
        nans,
        infinities,
        min,
        0,
        max,
        2,
        0,
        new Histogram(List.of(new Bucket(min, max, 1))),
        Histogram.EMPTY,
        0);
  }

  private static TextFeature text(CommonStatistics common, long invalid, ValueCount... values) {
    return new TextFeature(
        "x", common, values.length, 0, 1, 1, 1, invalid, List.of(values), List.of(values), 0);
  }

  private static DatasetStatistics train(long examples, FeatureStatistics... features) {
    return new DatasetStatistics(
        List.of(new SplitStatistics("train", examples, List.of(features))));
  }

  record Case(
      AnomalyType type, FeatureSchema schema, DatasetStatistics statistics, String description) {
    @Override
    public String toString() {
      return type.name();
    }
  }

  static Stream<Case> cases() {
    FeatureSchema real = FeatureSchema.of("x", FeatureType.FLOAT);
    FeatureSchema whole = FeatureSchema.of("x", FeatureType.INT);
    FeatureSchema words =
        FeatureSchema.of("x", FeatureType.TEXT).domain(new Strings(List.of("a", "b")));
    FloatRange narrow = new FloatRange(0, 10, Special.DISALLOWED, Special.DISALLOWED);
    CommonStatistics all = common(100, 0, 1, 1);
    return Stream.of(
        new Case(
            AnomalyType.SCHEMA_MISSING_COLUMN,
            real.presence(Presence.REQUIRED),
            train(100),
            "The examples have no such column; the schema expects it in at least 100% and 1"
                + " example."),
        new Case(
            AnomalyType.FEATURE_TYPE_NOT_PRESENT,
            real,
            train(100, number(ColumnType.FLOAT, common(0, 100, 0, 0), 0, 0, 0, 0)),
            "None of 100 examples has it; the schema expects at least 0% and 1 example."),
        new Case(
            AnomalyType.FEATURE_TYPE_LOW_NUMBER_PRESENT,
            real.presence(new Presence(0, 50)),
            train(100, number(ColumnType.FLOAT, common(49, 51, 1, 1), 0, 0, 0, 0)),
            "49 examples have it; the schema expects at least 50."),
        new Case(
            AnomalyType.FEATURE_TYPE_LOW_FRACTION_PRESENT,
            real.presence(Presence.REQUIRED),
            train(100_000, number(ColumnType.FLOAT, common(99_999, 1, 1, 1), 0, 0, 0, 0)),
            "1 of 100,000 examples lack it, so that 99.999% have it; the schema expects at least"
                + " 100%."),
        new Case(
            AnomalyType.FEATURE_TYPE_LOW_NUMBER_VALUES,
            real.values(new ValueCounts(2, 3)),
            train(100, number(ColumnType.FLOAT, common(100, 0, 1, 3), 0, 0, 0, 0)),
            "Some example has only 1 value; the schema expects at least 2."),
        new Case(
            AnomalyType.FEATURE_TYPE_HIGH_NUMBER_VALUES,
            real.values(ValueCounts.ONE),
            train(100, number(ColumnType.FLOAT, common(100, 0, 1, 4), 0, 0, 0, 0)),
            "Some example has 4 values; the schema expects at most 1."),
        new Case(
            AnomalyType.UNEXPECTED_DATA_TYPE,
            whole.domain(new IntRange(0, 9)),
            train(100, text(all, 0, new ValueCount("abc", 100))),
            "The values are TEXT; the schema expects INT."),
        new Case(
            AnomalyType.INT_TYPE_SMALL_INT,
            whole.domain(new IntRange(0, 9)),
            train(100, number(ColumnType.INT, all, 0, 0, -1, 9)),
            "The least value is -1; the schema expects at least 0."),
        new Case(
            AnomalyType.INT_TYPE_BIG_INT,
            whole.domain(new IntRange(0, 9)),
            train(100, number(ColumnType.INT, all, 0, 0, 0, 10)),
            "The greatest value is 10; the schema expects at most 9."),
        new Case(
            AnomalyType.FLOAT_TYPE_SMALL_FLOAT,
            real.domain(narrow),
            train(100, number(ColumnType.DOUBLE, all, 0, 0, -0.5, 9)),
            "The least value is -0.5; the schema expects at least 0.0."),
        new Case(
            AnomalyType.FLOAT_TYPE_BIG_FLOAT,
            real.domain(narrow),
            train(100, number(ColumnType.FLOAT, all, 0, 0, 0, 10.5)),
            "The greatest value is 10.5; the schema expects at most 10.0."),
        new Case(
            AnomalyType.FLOAT_TYPE_HAS_NAN,
            real.domain(narrow),
            train(100, number(ColumnType.FLOAT, all, 3, 0, 0, 1)),
            "3 values are NaN (3%); the schema expects none."),
        new Case(
            AnomalyType.FLOAT_TYPE_HAS_INF,
            real.domain(narrow),
            train(100, number(ColumnType.FLOAT, all, 0, 1, 0, 1)),
            "1 value is infinite (1%); the schema expects none."),
        new Case(
            AnomalyType.ENUM_TYPE_UNEXPECTED_STRING_VALUES,
            words,
            train(100, text(all, 0, new ValueCount("c", 60), new ValueCount("a", 40))),
            "The values have strings that are not among the 2 of the schema: 'c' (60%)."),
        new Case(
            AnomalyType.ENUM_TYPE_INVALID_UTF8,
            words,
            train(
                100,
                text(all, 7, new ValueCount("a", 93), new ValueCount(TextFeature.NOT_UTF8, 7))),
            "7 values are not UTF-8 (7%); the schema expects 2 strings."));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachAnomalyIsFoundDescribedAndAcceptedByItsEdit(Case each) {
    DataSchema schema = new DataSchema(List.of(each.schema()));

    DataAnomalies found = Validation.validate(each.statistics(), schema);

    assertThat(found.anomalies()).extracting(Anomaly::type).containsExactly(each.type());
    Anomaly anomaly = found.anomalies().get(0);
    assertThat(anomaly.severity()).isEqualTo(Severity.ERROR);
    assertThat(anomaly.description())
        .isEqualTo("Feature 'x' of split 'train': " + each.description());
    DataSchema accepting = found.accepting(schema);
    assertThat(Validation.validate(each.statistics(), accepting).anomalies()).isEmpty();
    AnomaliesFile.write(found, folder);
    assertThat(AnomaliesFile.read(folder)).isEqualTo(found);
  }

  @Test
  void aNewColumnIsAnAnomalyWhoseEditIsTheInferredFeature() {
    DatasetStatistics statistics =
        train(10, text(common(10, 0, 1, 1), 0, new ValueCount("a", 6), new ValueCount("b", 4)));
    DataAnomalies found = Validation.validate(statistics, new DataSchema(List.of()));
    assertThat(found.anomalies())
        .containsExactly(
            new Anomaly(
                "train",
                Optional.of("x"),
                AnomalyType.SCHEMA_NEW_COLUMN,
                Severity.ERROR,
                "New column",
                "Feature 'x' of split 'train': The column is not in the schema; 10 examples have"
                    + " it, its type is TEXT.",
                Optional.of(
                    new SchemaEdit.OfFeature(
                        SchemaEdit.Action.ADD_FEATURE,
                        FeatureSchema.of("x", FeatureType.TEXT)
                            .presence(Presence.REQUIRED)
                            .values(ValueCounts.ONE)
                            .domain(new Strings(List.of("a", "b")))))));
  }

  @Test
  void everythingWrongAtOnceIsAcceptedByAllEdits() {
    DataSchema schema =
        new DataSchema(
            List.of(
                FeatureSchema.of("x", FeatureType.FLOAT)
                    .presence(Presence.REQUIRED)
                    .domain(new FloatRange(0, 1, Special.DISALLOWED, Special.DISALLOWED)),
                FeatureSchema.of("gone", FeatureType.INT)));
    DatasetStatistics statistics =
        train(10, number(ColumnType.FLOAT, common(5, 5, 1, 1), 1, 1, -1, 2));
    DataAnomalies found = Validation.validate(statistics, schema);
    assertThat(found.of(Severity.ERROR)).hasSize(6);
    assertThat(Validation.validate(statistics, found.accepting(schema)).anomalies()).isEmpty();
  }

  @Test
  void whatASchemaWasInferredFromHasNoAnomalies() {
    DatasetStatistics statistics =
        train(10, number(ColumnType.FLOAT, common(5, 5, 0, 3), 1, 0, -1, 2));
    for (SchemaGen.Ranges ranges : SchemaGen.Ranges.values()) {
      DataSchema schema =
          SchemaInference.infer(
              statistics, List.of(), new InferenceOptions(ranges, SchemaGen.Shapes.INFERRED, 100));
      assertThat(Validation.validate(statistics, schema).anomalies()).isEmpty();
    }
  }

  @Test
  void aSplitWithoutExamplesIsAWarningOnly() {
    DataAnomalies found =
        Validation.validate(
            train(0), new DataSchema(List.of(FeatureSchema.of("x", FeatureType.INT))));
    assertThat(found.of(Severity.ERROR)).isEmpty();
    assertThat(found.of(Severity.WARNING))
        .extracting(Anomaly::type)
        .containsExactly(AnomalyType.NO_DATA_IN_SPAN);
  }

  @Test
  void errorsStopTheRunUnlessOnlyReported() {
    Channel<Statistics> statistics = TestExamples.channel("statistics", Statistics.class);
    Channel<Schema> schema = TestExamples.channel("schema", Schema.class);
    Channel<Anomalies> anomalies = TestExamples.channel("anomalies", Anomalies.class);
    StatisticsFile.write(train(3), folder.resolve("statistics"));
    SchemaFile.write(
        new DataSchema(List.of(FeatureSchema.of("x", FeatureType.INT))), folder.resolve("schema"));
    FakeArtifacts artifacts =
        new FakeArtifacts()
            .put(statistics, new Statistics(folder.resolve("statistics")))
            .put(schema, new Schema(folder.resolve("schema")))
            .put(anomalies, new Anomalies(folder.resolve("anomalies")));
    ExampleValidator gate = ExampleValidator.of(statistics, schema);
    assertThat(gate.isGate()).isTrue();
    gate.run(artifacts, anomalies);
    assertThat(artifacts.stops)
        .containsExactly(
            "The examples break their schema in 1 way, first: Feature 'x' of split 'train': The"
                + " examples have no such column; the schema expects it in at least 0% and 1"
                + " example. Correct the data, or make the edits of the schema that the anomalies"
                + " name.");
    assertThat(artifacts.properties).containsEntry("errors", 1L).containsEntry("warnings", 0L);
    assertThat(AnomaliesFile.read(folder.resolve("anomalies")).anomalies()).hasSize(1);

    artifacts.stops.clear();
    gate.reportingOnly().run(artifacts, anomalies);
    assertThat(gate.reportingOnly().isGate()).isFalse();
    assertThat(artifacts.stops).isEmpty();
  }

  @Test
  void aSchemaReadsBackAsItWasAndSaysWhatIsWrongWithIt() throws IOException {
    DataSchema schema =
        new DataSchema(
            List.of(
                FeatureSchema.of("fare", FeatureType.FLOAT)
                    .presence(new Presence(0.5, 3))
                    .values(ValueCounts.ONE)
                    .domain(
                        new FloatRange(
                            0, Double.POSITIVE_INFINITY, Special.DISALLOWED, Special.ALLOWED))
                    .annotation("in dollars"),
                FeatureSchema.of("hour", FeatureType.INT).domain(new IntRange(0, 23)),
                FeatureSchema.of("company", FeatureType.TEXT)
                    .domain(new Strings(List.of("b", "a", "b", ""))),
                FeatureSchema.of("raw", FeatureType.BYTES)));
    SchemaFile.write(schema, folder);
    assertThat(SchemaFile.read(folder)).isEqualTo(schema);
    assertThat(Files.readString(folder.resolve("schema.json")))
        .startsWith(
            """
            {
              "format" : 2,
              "features" : [ {
                "name" : "fare",
                "annotation" : "in dollars",
                "type" : "FLOAT",
                "presence" : {
                  "minFraction" : 0.5,
                  "minCount" : 3
                },
                "values" : {
                  "min" : 1,
                  "max" : 1
                },
                "floatRange" : {
                  "min" : 0,
                  "nan" : false,
                  "infinity" : true
                }
              }, {
            """);

    Path wrong = folder.resolve("wrong.json");
    Files.writeString(
        wrong,
        """
        {"format": 1, "features": [
          {"name": "a", "type": "NUMBER"},
          {"name": "b", "type": "INT", "url": {}},
          {"name": "c", "type": "TEXT", "domian": ["x"]}]}
        """);
    assertThatThrownBy(() -> SchemaFile.read(wrong))
        .hasMessage(
            "Cannot read "
                + wrong
                + ": 'a': Invalid type: NUMBER (INT, FLOAT, TEXT, BYTES or STRUCT); 'b': Invalid"
                + " domain of feature 'b': url (the feature's type is INT); 'c': unknown key"
                + " \"domian\" (known: annotation, bool, derived, drift, embedding, environments,"
                + " floatRange, image, intRange, mid, minDomainMass, name, naturalLanguage,"
                + " nestedValues, presence, severities, shape, skew, stage, strings, struct, time,"
                + " timeOfDay, type, unique, url, validations, values). Correct the file.");
    Files.writeString(wrong, "{\"format\": 3}");
    assertThatThrownBy(() -> SchemaFile.read(wrong))
        .hasMessage(
            "Cannot read "
                + wrong
                + ": format 3 is newer than 2, the newest that this release knows. Use a newer"
                + " release.");
    assertThatThrownBy(() -> SchemaFile.read(folder.resolve("absent.json")))
        .hasMessageEndingWith("there is no such file. Correct the path.");
  }
}
