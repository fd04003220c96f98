package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.validation.Domain.IntRange;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CuratedSchemaTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path folder;

  @Test
  void everyChangeIsAVersionAndEarlierOnesAreKept() {
    CuratedSchema curated = new CuratedSchema(folder.resolve("schema.json"));
    DataSchema first = new DataSchema(List.of(FeatureSchema.of("hour", FeatureType.INT)));
    DataSchema second =
        first
            .with(FeatureSchema.of("hour", FeatureType.INT).domain(new IntRange(0, 23)))
            .with(FeatureSchema.of("fare", FeatureType.FLOAT));

    assertThat(curated.read()).isEmpty();
    assertThat(curated.write(first, "inferred", NOON))
        .contains(new SchemaVersion(1, NOON, "inferred", List.of()));
    assertThat(curated.write(first, "again", NOON)).isEmpty();
    assertThat(curated.write(second, "edited", NOON))
        .contains(new SchemaVersion(2, NOON, "edited", List.of("fare: added", "hour: intRange")));

    assertThat(curated.read()).contains(second);
    assertThat(SchemaFile.history(curated.file()))
        .extracting(SchemaVersion::origin)
        .containsExactly("inferred", "edited");
    assertThat(SchemaFile.read(curated.version(1))).isEqualTo(first);
  }

  @Test
  void aFileWithoutHistoryIsItsFirstVersion() {
    DataSchema found = new DataSchema(List.of(FeatureSchema.of("hour", FeatureType.INT)));
    SchemaFile.write(found, folder);
    CuratedSchema curated = new CuratedSchema(folder.resolve("schema.json"));

    SchemaVersion version =
        curated.write(found.annotation("of November"), "edited", NOON).orElseThrow();

    assertThat(version.version()).isEqualTo(2);
    assertThat(version.changes()).containsExactly("annotation");
    assertThat(SchemaFile.read(curated.version(1))).isEqualTo(found);
  }
}
