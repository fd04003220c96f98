package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.EmbeddingTable;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Text;
import io.pergola.fingerprint.Fingerprints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingsTest {
  private static final Text T = Columns.<Row>of().text(Column.text("t"));

  @TempDir Path folder;

  private EmbeddingTable table(String... lines) throws IOException {
    Path file = folder.resolve("vectors.txt");
    Files.write(file, List.of(lines));
    return EmbeddingTable.read(file);
  }

  @Test
  void textsAndTheMeanOfTokensAreLookedUp() throws IOException {
    EmbeddingTable table = table("2 2", "taxi 0.5 -1", "caf\u00e9 1.5 3e1");
    FeaturePlan plan =
        Features.of()
            .dense(T.embed(table).as("whole"), T.tokenize().embed(table).as("mean"))
            .unlabelled();
    FittedPlan fitted = FittedPlan.of(FeaturePlan.fromJson(plan.toJson()), List.of());
    for (boolean dictionary : List.of(false, true)) {
      var text = Batches.text("t", "taxi", "taxi caf\u00e9 bus", "bus", null, "");
      var made = fitted.apply(Batches.batch(dictionary ? Batches.dictionary(text) : text));
      assertThat(ListColumns.lists(made, "whole"))
          .containsExactly(
              List.of(0.5f, -1f), List.of(0f, 0f), List.of(0f, 0f), null, List.of(0f, 0f));
      assertThat(ListColumns.lists(made, "mean"))
          .containsExactly(
              List.of(0.5f, -1f), List.of(1f, 14.5f), List.of(0f, 0f), null, List.of(0f, 0f));
    }
    assertThat(plan.dense().get("mean").text())
        .isEqualTo("t.tokenize().embed(EmbeddingTable[2 x 2])");
    fitted.write(folder);
    assertThat(FittedPlan.read(folder)).isEqualTo(fitted);
  }

  @Test
  void contentCountsAndNotTheFile() throws IOException {
    EmbeddingTable table = table("a 1 2");
    String fingerprint = Fingerprints.ofValue(table, "table");
    assertThat(Fingerprints.ofValue(table("a  1.0 2"), "table")).isEqualTo(fingerprint);
    assertThat(Fingerprints.ofValue(table("a 1 3"), "table")).isNotEqualTo(fingerprint);
    assertThat(EmbeddingTable.of(List.of("a"), List.of(new float[] {1, 2}))).isEqualTo(table);
  }

  @Test
  void tablesThatAreWrongAreRefused() {
    Path file = folder.resolve("vectors.txt");
    assertThatThrownBy(() -> table("a 1 2", "b 1"))
        .hasMessage(
            "Cannot read vectors of %s line 2: 'b' has 1 numbers, and the first term has 2. Correct"
                    .formatted(file)
                + " the line.");
    assertThatThrownBy(() -> table("a 1 x"))
        .hasMessage(
            "Cannot read vectors of %s line 1: 'x' is not a number. Correct the line."
                .formatted(file));
    assertThatThrownBy(() -> table("a 1 NaN"))
        .hasMessage(
            "Cannot read vectors of %s line 1: 'NaN' is not finite. Correct the line."
                .formatted(file));
    assertThatThrownBy(() -> table("a 1", "a 2"))
        .hasMessage("Invalid table of vectors: 'a' occurs twice (terms must be distinct)");
    assertThatThrownBy(() -> table("5 300"))
        .hasMessage(
            "Cannot read vectors of %s: it has none. Give a term and its numbers on each line."
                .formatted(file));
    assertThatThrownBy(() -> new EmbeddingTable(2, List.of("a"), "AAAA"))
        .hasMessage("Invalid table of vectors: 3 bytes (must be 8, for 1 terms of width 2)");
    assertThatThrownBy(
            () -> EmbeddingTable.of(List.of("a", "b"), List.of(new float[2], new float[1])))
        .hasMessage("Invalid width of the vector of 'b': 1 (must be 2, as of the first)");
  }
}
