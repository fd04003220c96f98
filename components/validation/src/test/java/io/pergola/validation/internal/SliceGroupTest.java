package io.pergola.validation.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.validation.SliceKey;
import io.pergola.validation.Slicing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceGroupTest {
  private static final int SLICES = 12;
  private static final int VALUES = 20_000;
  private static final Slicing BY_SHOP = new Slicing(List.of(new Slicing.Term("shop", null)));

  /** Each slice has its 20,000 texts of 51 bytes and more, and shop 0 an example more than 1. */
  private static SliceGroup large() {
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(
                List.of(Field.of("shop", ColumnType.INT), Field.of("text", ColumnType.TEXT))));
    for (int shop = 0; shop < SLICES; shop++) {
      for (int i = 0; i < VALUES + SLICES - shop; i++) {
        builder.putLong(0, shop);
        builder.putText(1, "x".repeat(50) + i);
        builder.endRow();
      }
    }
    ExampleBatch batch = builder.build();
    SliceGroup group = new SliceGroup();
    group.add(
        BY_SHOP, SLICES, batch, null, new ExamplesAccumulator.Scans(), StatisticsRecipe.PLAIN);
    return group;
  }

  @Test
  void theSmallestSlicesAreNotKeptWhereAllTogetherAreTooLarge() throws IOException {
    SliceGroup group = large();
    assertThat(group.reported(SLICES).slices()).hasSize(SLICES);
    assertThat(group.reported(SLICES).unreported()).isZero();

    group.settle(SLICES);

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    group.write(new DataOutputStream(bytes));
    SliceGroup.Reported kept = group.reported(SLICES);
    int size = kept.slices().size();
    assertThat(bytes.size()).isBetween(SliceGroup.MOST_BYTES / 2, SliceGroup.MOST_BYTES + 1_000);
    assertThat(size).isBetween(2, SLICES - 1);
    assertThat(kept.slices()).containsKey(SliceKey.of("shop", "0"));
    assertThat(kept.slices()).doesNotContainKey(SliceKey.of("shop", "11"));
    assertThat(kept.unreported()).isEqualTo(SLICES - size);
    long others = 0;
    for (int shop = size; shop < SLICES; shop++) {
      others += VALUES + SLICES - shop;
    }
    assertThat(kept.unreportedExamples()).isEqualTo(others);
  }

  @Test
  void twiceAsManySlicesAreKeptAsAreReported() {
    SliceGroup group = large();

    group.settle(2);

    assertThat(group.reported(SLICES).slices()).hasSize(4);
  }
}
