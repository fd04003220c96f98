package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.Embedding;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Domain.Mid;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.Domain.Struct;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.TimeOfDay;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaFileTest {
  @TempDir Path folder;

  @Test
  void everythingReadsBackAsItWas() {
    FeatureSchema full =
        FeatureSchema.of("full", FeatureType.TEXT)
            .annotation("all that can be said")
            .stage(LifecycleStage.PRODUCTION)
            .environments(new Environments(List.of("REPLAY"), List.of("SERVING")))
            .presence(new Presence(0.25, 7))
            .values(new ValueCounts(1, 3))
            .shape(Optional.of(FixedShape.of(2, 2)))
            .domain(new Strings(List.of("a", "b")))
            .minDomainMass(OptionalDouble.of(0.95))
            .unique(Optional.of(new UniqueConstraints(1, 9)))
            .drift(
                new FeatureComparator(
                    OptionalDouble.of(0.1),
                    OptionalDouble.of(0.2),
                    HistogramSelection.QUANTILES,
                    OptionalDouble.of(0.3)))
            .skew(FeatureComparator.infinityNorm(0.4))
            .validations(
                List.of(
                    new CustomValidation(
                        StatisticsExpression.of("unique < 3"),
                        "few",
                        Severity.WARNING,
                        List.of("TRAINING"))))
            .severities(Map.of(AnomalyType.FEATURE_TYPE_LOW_UNIQUE, Severity.WARNING));
    DataSchema schema =
        new DataSchema(
                List.of(
                    full,
                    of("ids", FeatureType.INT, new IntRange(0, 9, Meaning.CATEGORICAL)),
                    of("anyInt", FeatureType.TEXT, IntRange.ANY),
                    of("number", FeatureType.FLOAT, FloatRange.FINITE),
                    of("flag", FeatureType.INT, Bool.OF_NUMBERS),
                    of("yes", FeatureType.TEXT, new Bool(Optional.of("y"), Optional.empty())),
                    of(
                        "struct",
                        FeatureType.STRUCT,
                        new Struct(List.of(of("in", FeatureType.INT, new IntRange(1, 2))))),
                    of(
                        "words",
                        FeatureType.TEXT,
                        new NaturalLanguage(
                            Optional.of("v"), OptionalDouble.of(0.5), OptionalDouble.of(2))),
                    of(
                        "image",
                        FeatureType.BYTES,
                        new Image(OptionalDouble.of(0.5), OptionalLong.of(1_000))),
                    of("url", FeatureType.TEXT, new Url()),
                    of("mid", FeatureType.TEXT, new Mid()),
                    of(
                        "day",
                        FeatureType.TEXT,
                        new Time(Optional.of("%Y-%m-%d"), Optional.empty())),
                    of(
                        "seconds",
                        FeatureType.INT,
                        new Time(Optional.empty(), Optional.of(Time.Unit.UNIX_SECONDS))),
                    of("clock", FeatureType.TEXT, new TimeOfDay("%H:%M")),
                    of("vector", FeatureType.FLOAT, new Embedding(64))))
            .annotation("of the taxi")
            .defaultEnvironments("TRAINING", "SERVING")
            .dataset(
                new DatasetConstraints(
                    OptionalLong.of(1),
                    OptionalLong.of(100),
                    NumericValueComparator.of(0.5, 2),
                    new NumericValueComparator(OptionalDouble.empty(), OptionalDouble.of(1.1))))
            .severities(Map.of(AnomalyType.SCHEMA_NEW_COLUMN, Severity.WARNING))
            .sparseFeatures(
                List.of(
                    new SparseFeature(
                        "s",
                        LifecycleStage.ALPHA,
                        List.of("i", "j"),
                        "v",
                        SparseFeature.Order.SORTED,
                        Optional.of(FixedShape.of(10, 10)))))
            .weightedFeatures(List.of(WeightedFeature.of("w", "v", "u")));

    SchemaFile.write(schema, folder);

    assertThat(SchemaFile.read(folder)).isEqualTo(schema);
    assertThat(SchemaFile.history(folder)).isEmpty();
  }

  private static FeatureSchema of(String name, FeatureType type, Domain domain) {
    return FeatureSchema.of(name, type).domain(domain);
  }

  @Test
  void formatOneIsRead() throws IOException {
    Files.writeString(
        folder.resolve("schema.json"),
        """
        {"format": 1, "features": [
          {"name": "hour", "type": "INT", "presence": {"minFraction": 1, "minCount": 1},
           "values": {"min": 1, "max": 1}, "intRange": {"min": 0, "max": 23}}]}
        """);
    assertThat(SchemaFile.read(folder).features())
        .containsExactly(
            FeatureSchema.of("hour", FeatureType.INT)
                .presence(Presence.REQUIRED)
                .values(ValueCounts.ONE)
                .domain(new IntRange(0, 23)));
  }

  @Test
  void aChangeOfOneFeatureChangesOnlyItsLines() {
    DataSchema before =
        new DataSchema(
            List.of(
                of("a", FeatureType.TEXT, new Strings(List.of("x"))),
                of("b", FeatureType.INT, new IntRange(0, 5))));
    DataSchema after = before.with(of("b", FeatureType.INT, new IntRange(0, 6)));

    List<String> left = SchemaFile.print(before, List.of()).lines().toList();
    List<String> right = SchemaFile.print(after, List.of()).lines().toList();

    assertThat(left).hasSameSizeAs(right);
    assertThat(right.stream().filter(line -> !left.contains(line)))
        .containsExactly("      \"max\" : 6");
  }
}
