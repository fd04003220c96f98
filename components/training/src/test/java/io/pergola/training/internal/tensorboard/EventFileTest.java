package io.pergola.training.internal.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.pergola.training.internal.tensorboard.Events.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  /** Put together by hand, the checksums by a program of a few lines in another language. */
  private static final String VERSION =
      // 24 bytes and the checksum of that, as every event file of TensorFlow begins.
      "1800000000000000 a37f4b22"
          // 1 wall_time: 0; 3 file_version: 13 characters.
          + "09 0000000000000000 1a 0d 627261696e2e4576656e743a32"
          + "eedf28a3";

  private static final String SCALAR =
      "1a00000000000000 129bd82d"
          // 1 wall_time: 2; 2 step: 2; 5 summary: 1 value: 1 tag 'loss', 2 simple_value 0.5.
          + "09 0000000000000040 10 02 2a 0d 0a 0b 0a 04 6c6f7373 15 0000003f"
          + "d227988c";

  @TempDir Path folder;

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private byte[] file() throws IOException {
    return Files.readAllBytes(folder.resolve(EventFile.NAME));
  }

  @Test
  void aScalarIsWrittenByteForByte() throws Exception {
    try (EventFile events = EventFile.open(folder, 0)) {
      events.add(Events.scalars(2, List.of(new Scalar("loss", 0.5))));
    }

    assertThat(file()).isEqualTo(bytes(VERSION + SCALAR));
  }

  @Test
  void aFileGoesOnBehindWhatIsKept() throws Exception {
    long length;
    try (EventFile events = EventFile.open(folder, 0)) {
      length = events.flushed();
      events.add(Events.scalars(1, List.of(new Scalar("lost", 0.25))));
    }

    try (EventFile events = EventFile.open(folder, length)) {
      events.add(Events.scalars(2, List.of(new Scalar("loss", 0.5))));
    }

    assertThat(length).isEqualTo(40);
    assertThat(file()).isEqualTo(bytes(VERSION + SCALAR));
  }

  @Test
  void aFileThatLostItsEndIsRefused() {
    assertThatThrownBy(() -> EventFile.open(folder, 40))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot go on with %s: it has 0 bytes, not 40. Delete the folder of checkpoints."
                .formatted(folder.resolve(EventFile.NAME)));
  }

  @Test
  void aHistogramHasThirtyBucketsOfEqualWidth() throws Exception {
    float[] values = {0, 1, 1.5f, 29.5f, 30};
    UnknownFieldSet histogram =
        EventReader.messages(
                EventReader.values(
                        UnknownFieldSet.parseFrom(Events.histogram(7, "w", values).bytes()))
                    .get(0),
                5)
            .get(0);

    assertThat(EventReader.number(histogram, 1)).isZero();
    assertThat(EventReader.number(histogram, 2)).isEqualTo(30);
    assertThat(EventReader.number(histogram, 3)).isEqualTo(5);
    assertThat(EventReader.number(histogram, 4)).isEqualTo(62);
    assertThat(EventReader.number(histogram, 5)).isEqualTo(1 + 2.25 + 870.25 + 900);
    double[] limits = EventReader.packed(histogram, 6);
    double[] counts = EventReader.packed(histogram, 7);
    assertThat(limits).hasSize(30).startsWith(1, 2, 3).endsWith(29, 30);
    assertThat(counts).hasSize(30).startsWith(1, 2, 0).endsWith(0, 2);
  }

  @Test
  void equalValuesHaveOneBucket() throws Exception {
    UnknownFieldSet event =
        UnknownFieldSet.parseFrom(Events.histogram(7, "w", new float[] {2, 2}).bytes());
    UnknownFieldSet histogram = EventReader.messages(EventReader.values(event).get(0), 5).get(0);

    assertThat(EventReader.packed(histogram, 6)).containsExactly(2);
    assertThat(EventReader.packed(histogram, 7)).containsExactly(2);
  }
}
