package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.RowGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardTest {

  @Test
  void theShardsOfFewPartsAreTheirExamplesDealtOut() {
    Part first = part(0, 5, 0);
    Part second = part(1, 4, 5);
    List<Float> labels = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      Shard shard = Shard.of(worker, 3, List.of(first, second));
      for (Part each : shard.of(List.of(first, second))) {
        ExampleRows part = shard.of(each, rows(each));
        assertThat(part.rows()).isBetween(1, 2);
        for (int row = 0; row < part.rows(); row++) {
          assertThat(part.labels()[row] % 3).isEqualTo(worker);
          assertThat(part.features()[2 * row + 1]).isEqualTo(-part.labels()[row]);
          labels.add(part.labels()[row]);
        }
      }
    }
    assertThat(labels).containsExactlyInAnyOrder(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
  }

  @Test
  void manyPartsAreDealtOutWhole() {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      parts.add(part(i, 10, 10 * i));
    }
    List<Part> dealt = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      Shard shard = Shard.of(worker, 2, parts);
      dealt.addAll(shard.of(parts));
      assertThat(shard.of(parts.get(0), rows(parts.get(0))).rows()).isEqualTo(10);
    }
    assertThat(dealt).containsExactlyInAnyOrderElementsOf(parts);
  }

  @Test
  void aShardMayHaveNoExampleOfAPart() {
    Part part = part(0, 1, 0);
    assertThat(Shard.of(1, 2, List.of(part)).of(part, rows(part)).rows()).isZero();
  }

  private static Part part(int index, long rows, long firstRow) {
    return Part.whole(new RowGroup("train", "a", index, rows, firstRow));
  }

  /** Examples whose label is their place in the split, and whose second feature is minus that. */
  private static ExampleRows rows(Part part) {
    int n = part.rows();
    ExampleRows rows = new ExampleRows(n, 2, new float[2 * n], new float[n]);
    for (int row = 0; row < n; row++) {
      rows.labels()[row] = part.firstRow() + row;
      rows.features()[2 * row + 1] = -rows.labels()[row];
    }
    return rows;
  }
}
