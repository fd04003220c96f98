package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.RowGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardTest {

  @Test
  void theShardsOfOneRowGroupAreItsExamplesDealtOut() {
    RowGroup first = new RowGroup("train", "a", 0, 5, 0);
    RowGroup second = new RowGroup("train", "a", 1, 4, 5);
    List<Float> labels = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      Shard shard = Shard.of(worker, 3, List.of(first, second));
      for (RowGroup group : shard.of(List.of(first, second))) {
        ExampleRows part = shard.of(group, rows(group));
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
  void manyRowGroupsAreDealtOutWhole() {
    List<RowGroup> groups = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      groups.add(new RowGroup("train", "a", i, 10, 10 * i));
    }
    List<RowGroup> dealt = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      Shard shard = Shard.of(worker, 2, groups);
      dealt.addAll(shard.of(groups));
      assertThat(shard.of(groups.get(0), rows(groups.get(0))).rows()).isEqualTo(10);
    }
    assertThat(dealt).containsExactlyInAnyOrderElementsOf(groups);
  }

  @Test
  void aShardMayHaveNoExampleOfARowGroup() {
    RowGroup group = new RowGroup("train", "a", 0, 1, 0);
    assertThat(Shard.of(1, 2, List.of(group)).of(group, rows(group)).rows()).isZero();
  }

  /** Examples whose label is their place in the split, and whose second feature is minus that. */
  private static ExampleRows rows(RowGroup group) {
    int n = (int) group.rows();
    ExampleRows rows = new ExampleRows(n, 2, new float[2 * n], new float[n]);
    for (int row = 0; row < n; row++) {
      rows.labels()[row] = group.firstRow() + row;
      rows.features()[2 * row + 1] = -rows.labels()[row];
    }
    return rows;
  }
}
