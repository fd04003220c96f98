package io.pergola.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.model.Task;
import io.pergola.validation.SliceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationFileTest {
  @TempDir private Path folder;

  @Test
  void evaluationSurvivesItsFile() {
    EvaluationResult result =
        new EvaluationResult(
            Task.BINARY,
            "tips",
            List.of("eval"),
            10,
            2,
            true,
            List.of(
                new EvaluationResult.Slice(
                    SliceKey.of("company", "Blue, \"Cab\"").and("hour", "3"),
                    4,
                    EvaluationResult.Curve.HISTOGRAM,
                    Map.of(Metric.Kind.AUC, 0.1 + 0.2),
                    Map.of(Metric.Kind.AUC, 1e-300),
                    List.of(List.of(1L, 0L), List.of(2L, 1L)))));
    EvaluationFile.write(folder, result);

    assertThat(EvaluationFile.read(folder)).isEqualTo(result);
  }

  @Test
  void verdictSurvivesItsFile() {
    Verdict verdict =
        new Verdict.NotBlessed(
            List.of(
                new Verdict.Failure("auc", "overall", "auc at least 0.9", 0.5, 0.6, 10),
                new Verdict.Failure("recall", "hour=3", "recall at least 0.9", null, null, 0)),
            List.of("why"));
    EvaluationFile.writeVerdict(folder, verdict);

    assertThat(EvaluationFile.readVerdict(folder)).isEqualTo(verdict);
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> EvaluationFile.read(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("evaluation.json");
    for (String content :
        List.of("", "{", "[]", "{\"format\": 1}", "{\"format\": 1, \"blessed\": 1}")) {
      Files.writeString(folder.resolve("evaluation.json"), content);
      Files.writeString(folder.resolve("blessing.json"), content);
      assertThatThrownBy(() -> EvaluationFile.read(folder))
          .as(content)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("evaluation.json")
          .hasMessageEndingWith("Run the Evaluator again.");
      assertThatThrownBy(() -> EvaluationFile.readVerdict(folder))
          .as(content)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("blessing.json");
    }
  }

  @Test
  void newerFormatIsRefused() throws IOException {
    Files.writeString(folder.resolve("blessing.json"), "{\"format\": 2, \"blessed\": true}");
    assertThatThrownBy(() -> EvaluationFile.readVerdict(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageEndingWith("it has format 2, this release reads up to 1. Upgrade Pergola.");
  }
}
