package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SliceRowsTest {
  @Test
  void everyRowIsInTheSliceOfAllExamples() {
    SliceRows all = SliceRows.overall(3);

    assertThat(all.keys()).containsExactly(SliceKey.OVERALL);
    assertThat(all.rowsBySlice()).isEqualTo(new int[][] {{0, 1, 2}});
  }

  @Test
  void valueTwiceInARowCountsOnceAndAMissingRowIsInNone() {
    LongColumn tags =
        new LongColumn(
            "tags",
            4,
            new long[] {7, 7, 8, 8},
            null,
            new long[] {0b1011},
            new int[] {0, 3, 3, 3, 4});

    SliceRows rows =
        SliceRows.of(new Slicing(List.of(new Slicing.Term("tags", null))), batch(tags));

    assertThat(rows.keys()).containsExactly(SliceKey.of("tags", "7"), SliceKey.of("tags", "8"));
    assertThat(rows.rowsBySlice()).isEqualTo(new int[][] {{0}, {0, 3}});
  }

  @Test
  void crossOfManyNumbersHasTheRowsThatAPlainLoopFinds() {
    Random random = new Random(5);
    int n = 20_000;
    long[] zip = random.longs(n, -5_000, 5_000).toArray();
    long[] hour = random.longs(n, 0, 24).toArray();
    ExampleBatch batch = batch(column("zip", zip), column("hour", hour));

    SliceRows cross =
        SliceRows.of(
            new Slicing(List.of(new Slicing.Term("zip", null), new Slicing.Term("hour", "7"))),
            batch);

    List<String> expected = new ArrayList<>();
    for (int row = 0; row < n; row++) {
      if (hour[row] == 7) {
        expected.add(row + " hour=7, zip=" + zip[row]);
      }
    }
    List<String> found = new ArrayList<>();
    for (int pair = 0; pair < cross.size(); pair++) {
      found.add(cross.row(pair) + " " + cross.keys().get(cross.slice(pair)));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(cross.keys()).doesNotHaveDuplicates();
  }

  private static LongColumn column(String name, long[] values) {
    return LongColumn.of(name, values, null);
  }

  private static ExampleBatch batch(LongColumn... columns) {
    return ExampleBatch.of(columns[0].rows(), Arrays.asList(columns));
  }
}
