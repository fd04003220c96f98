package io.pergola.beam.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.lz4.Lz4HadoopStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Lz4Test {
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1_000_000})
  void expandsWhatHadoopFramesAndBareBlocks(int size) throws IOException {
    byte[] raw = bytes(size);
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    try (OutputStream out = new Lz4HadoopStreams().createOutputStream(framed)) {
      out.write(raw);
    }
    byte[] bare = Lz4.compress(raw);
    assertThat(expand(CompressionCodecName.LZ4, framed.toByteArray(), size)).isEqualTo(raw);
    assertThat(expand(CompressionCodecName.LZ4, bare, size)).isEqualTo(raw);
    assertThat(expand(CompressionCodecName.LZ4_RAW, bare, size)).isEqualTo(raw);
  }

  @Test
  void refusesDamage() {
    byte[] bare = Lz4.compress(bytes(1_000));
    bare[0] ^= 0x70;
    assertThatThrownBy(() -> expand(CompressionCodecName.LZ4_RAW, bare, 1_000))
        .isInstanceOf(IOException.class);
  }

  private static byte[] expand(CompressionCodecName codec, byte[] bytes, int size)
      throws IOException {
    return Codecs.expand(codec, bytes, 0, bytes.length, size);
  }

  private static byte[] bytes(int size) {
    Random random = new Random(size);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (random.nextInt(4) * random.nextInt(4));
    }
    return bytes;
  }
}
