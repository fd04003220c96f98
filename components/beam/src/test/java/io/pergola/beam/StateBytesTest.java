package io.pergola.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StateBytesTest {
  /** More than the writer has room for at first, in pieces that do not fit its end. */
  @Test
  void readsBackWhatWasWrittenPastTheFirstRoom() throws IOException {
    StateBytes.Writer written = new StateBytes.Writer();
    Random random = new Random(7);
    byte[] piece = new byte[70_001];
    random.nextBytes(piece);
    try (DataOutputStream out = new DataOutputStream(written)) {
      out.writeByte(-1);
      for (int i = 0; i < 20_000; i++) {
        out.writeLong(i * 0x9E3779B97F4A7C15L);
      }
      out.write(piece);
      out.writeUTF("π");
    }

    byte[] bytes = written.toByteArray();
    assertThat(bytes).hasSize(1 + 20_000 * Long.BYTES + piece.length + 2 + 2);
    try (DataInputStream in = new DataInputStream(new StateBytes.Reader(bytes, 0, bytes.length))) {
      assertThat(in.readUnsignedByte()).isEqualTo(255);
      for (int i = 0; i < 20_000; i++) {
        assertThat(in.readLong()).isEqualTo(i * 0x9E3779B97F4A7C15L);
      }
      assertThat(in.readNBytes(piece.length)).isEqualTo(piece);
      assertThat(in.readUTF()).isEqualTo("π");
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void readsOnlyItsPart() throws IOException {
    StateBytes.Reader part = new StateBytes.Reader(new byte[] {1, 2, 3, 4, 5}, 1, 3);
    assertThat(part.readAllBytes()).containsExactly(2, 3, 4);
  }
}
