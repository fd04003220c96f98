package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.validation.SchemaGen.Ranges;
import io.pergola.validation.SchemaGen.Shapes;
import io.pergola.validation.internal.InferenceOptions;
import io.pergola.validation.internal.SchemaInference;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real data, of which a copy has a single value changed, and another one no labels. */
class PenguinsTest {
  @TempDir Path folder;

  private DatasetStatistics statistics(String name) throws IOException {
    Optional<Path> csv = TestExamples.shared("penguins/" + name + ".csv");
    assumeTrue(csv.isPresent(), "the shared data are not there");
    List<String[]> cells = new ArrayList<>(TestExamples.cells(csv.get()));
    ExampleSchema columns =
        new ExampleSchema(
            Arrays.stream(cells.remove(0))
                .map(
                    column ->
                        Field.of(
                            column, column.equals("species") ? ColumnType.INT : ColumnType.FLOAT))
                .toList());
    Path examples = folder.resolve(name);
    TestExamples.write(examples, "train", 0, TestExamples.batch(columns, cells));
    return TestExamples.statistics(examples, folder.resolve(name + "-statistics"));
  }

  private DataSchema inferred() throws IOException {
    return SchemaInference.infer(
        statistics("labelled"), List.of(), new InferenceOptions(Ranges.INFERRED, Shapes.NONE, 100));
  }

  @Test
  void oneChangedValueOf334IsFound() throws IOException {
    assertThat(Validation.validate(statistics("skewed"), inferred()).anomalies())
        .extracting(Anomaly::type, Anomaly::description)
        .containsExactly(
            tuple(
                AnomalyType.FLOAT_TYPE_SMALL_FLOAT,
                "Feature 'culmen_length_mm' of split 'train': The least value is -1.0; the schema"
                    + " expects at least 0.0."));
  }

  @Test
  void unlabelledDataAreAcceptedInServingOnly() throws IOException {
    DataSchema schema = inferred().defaultEnvironments("TRAINING", "SERVING");
    DataSchema withLabel =
        schema.with(
            schema
                .find("species")
                .orElseThrow()
                .environments(new Environments(List.of(), List.of("SERVING"))));
    DatasetStatistics unlabelled = statistics("unlabelled");

    assertThat(Validation.validate(unlabelled, withLabel, in("SERVING")).anomalies()).isEmpty();
    assertThat(Validation.validate(unlabelled, withLabel, in("TRAINING")).anomalies())
        .extracting(Anomaly::type)
        .containsExactly(AnomalyType.SCHEMA_MISSING_COLUMN);
  }

  private static ValidationContext in(String environment) {
    return new ValidationContext(
        Optional.of(environment), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
