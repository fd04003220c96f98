package io.pergola.beam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleSchema.Field;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistinctTest {
  private final Distinct distinct = new Distinct(Field.of("text", ColumnType.TEXT));

  @Test
  void sameBytesAreOneEntryWhereverTheyStand() {
    Random random = new Random(5);
    Map<String, Integer> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] text = new byte[random.nextInt(20)];
      for (int b = 0; b < text.length; b++) {
        text[b] = (byte) (random.nextInt(2) * 0xff);
      }
      int id = expected.computeIfAbsent(Arrays.toString(text), t -> expected.size());
      byte[] surrounded = new byte[3 + text.length + i % 12];
      Arrays.fill(surrounded, (byte) i);
      System.arraycopy(text, 0, surrounded, 3, text.length);
      assertThat(distinct.idOf(text, 0, text.length)).isEqualTo(id);
      assertThat(distinct.idOf(surrounded, 3, text.length)).isEqualTo(id);
    }
    assertThat(distinct.entries().size()).isEqualTo(expected.size());
  }
}
