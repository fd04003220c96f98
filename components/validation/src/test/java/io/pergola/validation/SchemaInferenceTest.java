package io.pergola.validation;

import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.bytes;
import static io.pergola.validation.TestStatistics.common;
import static io.pergola.validation.TestStatistics.meaning;
import static io.pergola.validation.TestStatistics.number;
import static io.pergola.validation.TestStatistics.text;
import static io.pergola.validation.TestStatistics.train;
import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.beam.ColumnType;
import io.pergola.pipeline.Channel;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.SemanticDomain.Kind;
import io.pergola.validation.TestExamples.FakeArtifacts;
import io.pergola.validation.internal.Validation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaInferenceTest {
  private static final CommonStatistics ALL = all(200);

  @TempDir Path folder;

  private DataSchema infer(DatasetStatistics statistics, UnaryOperator<SchemaGen> options) {
    return infer(statistics, Optional.empty(), options);
  }

  private DataSchema infer(
      DatasetStatistics statistics,
      Optional<DataSchema> earlier,
      UnaryOperator<SchemaGen> options) {
    Channel<Statistics> in = TestExamples.channel("statistics", Statistics.class);
    Channel<Schema> before = TestExamples.channel("before", Schema.class);
    Channel<Schema> out = TestExamples.channel("schema", Schema.class);
    StatisticsFile.write(statistics, folder.resolve("statistics"));
    FakeArtifacts artifacts =
        new FakeArtifacts()
            .put(in, new Statistics(folder.resolve("statistics")))
            .put(out, new Schema(folder.resolve("schema")));
    SchemaGen gen = options.apply(SchemaGen.of(in));
    if (earlier.isPresent()) {
      SchemaFile.write(earlier.get(), folder.resolve("before"));
      artifacts.put(before, new Schema(folder.resolve("before")));
      gen = gen.updating(before);
    }
    gen.run(artifacts, out);
    DataSchema schema = SchemaFile.read(folder.resolve("schema"));
    assertThat(Validation.validate(statistics, schema).anomalies()).isEmpty();
    return schema;
  }

  private static SemanticDomain of(Kind kind, String format) {
    return new SemanticDomain(kind, format, 1);
  }

  private static ValueCount[] many(int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> new ValueCount("v%03d".formatted(i), 1))
        .toArray(ValueCount[]::new);
  }

  record Case(FeatureStatistics feature, Optional<Domain> domain) {}

  static Stream<Case> domains() {
    Bucket zeroOne = new Bucket(0, 1, 200);
    return Stream.of(
        new Case(number("x", ColumnType.INT, ALL, zeroOne), Optional.of(Bool.OF_NUMBERS)),
        new Case(number("x", ColumnType.INT, ALL, new Bucket(-1, 1, 200)), Optional.empty()),
        new Case(
            number(
                "x",
                ColumnType.INT,
                meaning(ALL, of(Kind.CATEGORICAL_INTEGER, "")),
                new Bucket(0, 9, 200)),
            Optional.of(new IntRange(Long.MIN_VALUE, Long.MAX_VALUE, Meaning.CATEGORICAL))),
        new Case(
            number(
                "x",
                ColumnType.INT,
                meaning(ALL, of(Kind.TIME, "unix_seconds")),
                new Bucket(0, 9, 200)),
            Optional.of(new Time(Optional.empty(), Optional.of(Time.Unit.UNIX_SECONDS)))),
        new Case(number("x", ColumnType.FLOAT, ALL, zeroOne), Optional.of(FloatRange.FINITE)),
        new Case(
            text("x", ALL, new ValueCount("true", 150), new ValueCount("false", 50)),
            Optional.of(new Bool(Optional.of("true"), Optional.of("false")))),
        new Case(
            text("x", ALL, new ValueCount("12", 150), new ValueCount("-7", 50)),
            Optional.of(IntRange.ANY)),
        new Case(
            text("x", ALL, new ValueCount("true", 150), new ValueCount("maybe", 50)),
            Optional.of(new Strings(List.of("maybe", "true")))),
        new Case(
            text("x", ALL, many(100)),
            Optional.of(new Strings(Stream.of(many(100)).map(ValueCount::value).toList()))),
        new Case(text("x", ALL, many(101)), Optional.empty()),
        new Case(
            text("x", meaning(ALL, of(Kind.NATURAL_LANGUAGE, "")), many(101)),
            Optional.of(NaturalLanguage.ANY)),
        new Case(text("x", meaning(ALL, of(Kind.URL, "")), many(101)), Optional.of(new Url())),
        new Case(
            text("x", meaning(ALL, of(Kind.TIME, "%Y-%m-%d")), many(101)),
            Optional.of(new Time(Optional.of("%Y-%m-%d"), Optional.empty()))),
        new Case(text("x", meaning(ALL, of(Kind.IDENTIFIER, "")), many(101)), Optional.empty()),
        new Case(bytes("x", meaning(ALL, of(Kind.IMAGE, "png")), 5, 10), Optional.of(Image.ANY)));
  }

  @ParameterizedTest
  @MethodSource("domains")
  void theDomainIsWhatTheValuesShow(Case each) {
    assertThat(infer(train(200, each.feature()), gen -> gen).features().get(0).domain())
        .isEqualTo(each.domain());
  }

  @Test
  void aFixedNumberOfValuesIsACountOrAShape() {
    DatasetStatistics statistics =
        train(
            100,
            number("a", ColumnType.FLOAT, common(100, 0, 784, 784, 78_400), new Bucket(0, 1, 9)),
            number("b", ColumnType.FLOAT, common(99, 1, 1, 1, 99), new Bucket(0, 1, 9)),
            number("c", ColumnType.FLOAT, common(100, 0, 1, 3, 150), new Bucket(0, 1, 9)));

    assertThat(infer(statistics, gen -> gen).features())
        .extracting(FeatureSchema::values)
        .containsExactly(
            new ValueCounts(784, 784), ValueCounts.ONE, new ValueCounts(1, Long.MAX_VALUE));
    List<FeatureSchema> shaped = infer(statistics, SchemaGen::inferringShapes).features();
    assertThat(shaped)
        .extracting(FeatureSchema::shape)
        .containsExactly(Optional.of(FixedShape.of(784)), Optional.empty(), Optional.empty());
    assertThat(shaped.get(1).values()).isEqualTo(ValueCounts.ONE);
    assertThat(shaped.get(1).presence()).isEqualTo(Presence.OPTIONAL);
  }

  @Test
  void theNumberOfStringsIsAnOption() {
    DatasetStatistics statistics = train(200, text("x", ALL, many(11)));
    assertThat(infer(statistics, gen -> gen.maxStrings(10)).features().get(0).domain()).isEmpty();
    assertThat(infer(statistics, gen -> gen.maxStrings(11)).features().get(0).domain()).isPresent();
  }

  @Test
  void anEarlierSchemaIsBroughtUpToDateAndKeepsWhatPeopleSaid() {
    DataSchema earlier =
        new DataSchema(
                List.of(
                    FeatureSchema.of("company", FeatureType.TEXT)
                        .annotation("who drove")
                        .drift(FeatureComparator.infinityNorm(0.1))
                        .domain(new Strings(List.of("a", "z"))),
                    FeatureSchema.of("gone", FeatureType.INT)))
            .annotation("ours");
    DatasetStatistics statistics =
        train(
            200,
            text("company", ALL, new ValueCount("a", 150), new ValueCount("b", 50)),
            number("hour", ColumnType.INT, ALL, new Bucket(0, 1, 200)));

    DataSchema updated = infer(statistics, Optional.of(earlier), gen -> gen);

    assertThat(updated.annotation()).isEqualTo("ours");
    assertThat(updated.features())
        .containsExactly(
            earlier.features().get(0).domain(new Strings(List.of("a", "b", "z"))),
            FeatureSchema.of("gone", FeatureType.INT).presence(Presence.NONE),
            FeatureSchema.of("hour", FeatureType.INT)
                .presence(Presence.REQUIRED)
                .values(ValueCounts.ONE)
                .domain(Bool.OF_NUMBERS));
  }

  @Test
  void aCuratedFileBringsItsHistoryAlong() {
    CuratedSchema curated = new CuratedSchema(folder.resolve("mine.json"));
    DataSchema mine = new DataSchema(List.of(FeatureSchema.of("x", FeatureType.TEXT)));
    curated.write(mine, "edited", Instant.EPOCH);

    infer(
        train(200, text("x", ALL, new ValueCount("a", 200))), gen -> gen.curatedBy(curated.file()));

    assertThat(SchemaFile.history(folder.resolve("schema")))
        .containsExactly(new SchemaVersion(1, Instant.EPOCH, "edited", List.of()));
  }
}
