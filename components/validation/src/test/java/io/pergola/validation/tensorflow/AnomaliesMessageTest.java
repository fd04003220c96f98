package io.pergola.validation.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureType;
import io.pergola.validation.SchemaEdit;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomaliesMessageTest {
  @TempDir Path folder;

  private static Anomaly anomaly(
      String split, Optional<String> feature, AnomalyType type, Severity severity) {
    return new Anomaly(
        split,
        feature,
        type,
        severity,
        "title of " + type,
        "Description of %s.".formatted(type),
        Optional.empty());
  }

  @Test
  void anomaliesComeBackAsTheyWere() {
    Optional<String> fare = Optional.of("fare");
    DataAnomalies anomalies =
        new DataAnomalies(
            List.of(
                anomaly(
                    "eval",
                    Optional.empty(),
                    AnomalyType.DATASET_LOW_NUM_EXAMPLES,
                    Severity.WARNING),
                anomaly("eval", fare, AnomalyType.FLOAT_TYPE_BIG_FLOAT, Severity.ERROR),
                anomaly("eval", fare, AnomalyType.FLOAT_TYPE_HAS_NAN, Severity.ERROR),
                anomaly(
                    "eval",
                    Optional.of("zone"),
                    AnomalyType.COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH,
                    Severity.WARNING),
                anomaly("train", Optional.empty(), AnomalyType.NO_DATA_IN_SPAN, Severity.ERROR)),
            List.of(
                new DistanceMeasurement(
                    "eval",
                    "fare",
                    Against.PREVIOUS_SPAN,
                    Measure.JENSEN_SHANNON_DIVERGENCE,
                    0.5,
                    0.25),
                new DistanceMeasurement(
                    "eval", "fare", Against.SERVING, Measure.L_INFINITY, 0.125, 0.25),
                new DistanceMeasurement(
                    "eval",
                    "zone",
                    Against.SERVING,
                    Measure.NORMALIZED_ABSOLUTE_DIFFERENCE,
                    0.125,
                    0.25)));

    assertThat(
            TensorFlowMetadata.writeAnomalies(anomalies, List.of("good"), Optional.empty(), folder))
        .isEmpty();

    assertThat(folder.resolve("Split-good/SchemaDiff.pb")).isRegularFile();
    assertThat(TensorFlowMetadata.readAnomalies(folder))
        .isEqualTo(new Converted<>(anomalies, List.of()));
  }

  @Test
  void everyTypeComesBackByItsPublicNumber() {
    List<Anomaly> all =
        Arrays.stream(AnomalyType.values())
            .map(type -> anomaly("eval", Optional.of("fare"), type, Severity.ERROR))
            .toList();

    TensorFlowMetadata.writeAnomalies(new DataAnomalies(all), List.of(), Optional.empty(), folder);

    assertThat(TensorFlowMetadata.readAnomalies(folder).value().anomalies()).isEqualTo(all);
  }

  @Test
  void saysWhatTheMessageHasNoPlaceFor() {
    FeatureSchema fare = FeatureSchema.of("fare", FeatureType.FLOAT);
    Anomaly withEdit =
        new Anomaly(
            "eval",
            Optional.of("fare"),
            AnomalyType.SCHEMA_NEW_COLUMN,
            Severity.ERROR,
            "New",
            "It is new.",
            Optional.of(new SchemaEdit.OfFeature(Action.ADD_FEATURE, fare)));
    DataAnomalies anomalies =
        new DataAnomalies(
            List.of(
                withEdit,
                anomaly(
                    "eval",
                    Optional.of("fare"),
                    AnomalyType.FLOAT_TYPE_HAS_NAN,
                    Severity.WARNING)));

    assertThat(
            TensorFlowMetadata.writeAnomalies(
                anomalies, List.of(), Optional.of(new DataSchema(List.of(fare))), folder))
        .containsExactly(
            "All anomalies of feature 'fare' become errors: there is one severity for all of them.",
            "Not taken over: the edits of the schema that would accept the data.");
    assertThat(TensorFlowMetadata.readAnomalies(folder).notes())
        .containsExactly(
            "Not taken over: the schema that the anomalies of split 'eval' were found with.");
  }

  @Test
  void readsAMessageAssembledByThePublicNumbersOfItsFields() throws IOException {
    Path file = folder.resolve("SchemaDiff.pb");
    Wire info =
        new Wire()
            .text(2, "Both.")
            .whole(5, 2)
            .text(6, "Multiple errors")
            .message(7, new Wire().whole(1, 14).text(2, "Unexpected").text(3, "Has 'x'."))
            .message(7, new Wire().whole(1, 19).text(2, "Dropped").text(3, "Is gone."))
            .message(8, new Wire().text(1, "pay").text(1, "type"))
            .message(4, new Wire().message(1, new Wire().whole(1, 1)));
    Files.write(
        file,
        new Wire()
            .message(1, new Wire().message(1, new Wire().text(1, "f").whole(6, 2)))
            .message(2, new Wire().text(1, "pay.type").message(2, info))
            .message(2, new Wire().text(1, "bare").message(2, new Wire().text(2, "Odd.")))
            .whole(3, 1)
            .whole(7, 1)
            .message(8, new Wire().whole(5, 1).message(7, new Wire().whole(1, 49).text(3, "Few.")))
            .message(
                9,
                new Wire()
                    .message(1, new Wire().text(1, "pay"))
                    .message(2, new Wire().whole(1, 1).number(2, 0.5).number(3, 0.25))
                    .message(3, new Wire().whole(1, 2).number(2, 0.75).number(3, 0.125)))
            .bytes());

    Converted<DataAnomalies> read = TensorFlowMetadata.readAnomalies(file, "eval");

    assertThat(read.value().anomalies())
        .containsExactly(
            of(null, AnomalyType.COMPARATOR_LOW_NUM_EXAMPLES, Severity.WARNING, "", "Few."),
            of(
                null,
                AnomalyType.NO_DATA_IN_SPAN,
                Severity.ERROR,
                "No examples",
                "The split has no examples."),
            of("bare", AnomalyType.UNKNOWN_TYPE, Severity.ERROR, "", "Odd."),
            of(
                "pay.type",
                AnomalyType.ENUM_TYPE_UNEXPECTED_STRING_VALUES,
                Severity.ERROR,
                "Unexpected",
                "Has 'x'."),
            of(
                "pay.type",
                AnomalyType.FEATURE_TYPE_NOT_PRESENT,
                Severity.ERROR,
                "Dropped",
                "Is gone."));
    assertThat(read.value().measurements())
        .containsExactly(
            new DistanceMeasurement(
                "eval", "pay", Against.PREVIOUS_SPAN, Measure.L_INFINITY, 0.5, 0.25),
            new DistanceMeasurement(
                "eval", "pay", Against.SERVING, Measure.JENSEN_SHANNON_DIVERGENCE, 0.75, 0.125));
    assertThat(read.notes())
        .containsExactly(
            "Not taken over: the schema that the anomalies of split 'eval' were found with.",
            "How bad the anomaly of feature 'bare' is is not there; ERROR stands for it.",
            "Not taken over: diff_regions (1) of feature 'pay.type'.");
  }

  private static Anomaly of(
      @Nullable String feature,
      AnomalyType type,
      Severity severity,
      String title,
      String description) {
    return new Anomaly(
        "eval", Optional.ofNullable(feature), type, severity, title, description, Optional.empty());
  }
}
