package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureTest {
  @TempDir Path directory;

  @Test
  void fileIsTheGoldenOne() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 1);
    Signature signature = Signature.of(model.plan, Map.of("steps", "10", "loss", "0.25"));
    Signature written = ServableWriter.write(directory, signature, model.plan, model.onnx());
    assertThat(Files.readString(directory.resolve("signature.json")))
        .isEqualTo(
            """
            {
              "format" : 1,
              "task" : "binary",
              "inputs" : [
                {
                  "name" : "company",
                  "type" : "text"
                },
                {
                  "name" : "fare",
                  "type" : "number"
                },
                {
                  "name" : "hour",
                  "type" : "number"
                },
                {
                  "name" : "miles",
                  "type" : "number"
                }
              ],
              "labelInputs" : [
                {
                  "name" : "tips",
                  "type" : "number"
                }
              ],
              "features" : {
                "dense" : [
                  "fare",
                  "miles"
                ],
                "categorical" : [
                  {
                    "name" : "company",
                    "size" : 3
                  },
                  {
                    "name" : "hour",
                    "size" : 24
                  }
                ]
              },
              "label" : "tips",
              "output" : {
                "name" : "prediction",
                "type" : "float32",
                "width" : 1
              },
              "pergola" : "%s",
              "training" : {
                "loss" : "0.25",
                "steps" : "10"
              },
              "full" : {
                "file" : "full.onnx"
              }
            }
            """
                .formatted(signature.pergola()));
    assertThat(Signature.read(directory)).isEqualTo(written);
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder("signature.json", "transform.json", "core.onnx", "full.onnx");
  }

  @Test
  void featuresMustNotTakeTheNamesOfTheGraph() {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .categorical(Columns.<Row>of().text(Column.text("dense")).hash(3))
                .unlabelled(),
            List.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signature.of(plan, Task.REGRESSION, 1, Map.of()))
        .withMessage(
            "Invalid feature name: 'dense' (it names another input or output of the graph). Rename"
                + " the feature: .as(\"dense_id\").");
  }

  @Test
  void widthFollowsTheTask() {
    FittedPlan plan = WideAndDeep.classes();
    assertThat(Signature.of(plan, Map.of()).outputs()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signature.of(plan, Task.MULTICLASS, 1, Map.of()))
        .withMessage("Invalid number of outputs of a MULTICLASS model: 1 (must be 2 or more)");
  }
}
