package io.pergola.examplegen;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Writes TFRecord files, by the public definitions of its frames and of its protocol buffers. */
public final class TfRecords {
  private static final int DELTA = 0xa282ead8;

  private TfRecords() {}

  /** How a file is compressed. */
  public enum Compression {
    NONE,
    GZIP,
    ZLIB
  }

  public static Path write(Path file, Compression compression, List<byte[]> records)
      throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out =
            switch (compression) {
              case NONE -> raw;
              case GZIP -> new GZIPOutputStream(raw);
              case ZLIB -> new DeflaterOutputStream(raw);
            }) {
      for (byte[] record : records) {
        out.write(frame(record));
      }
    }
    return file;
  }

  public static byte[] frame(byte[] record) {
    byte[] length = little(8).putLong(record.length).array();
    return concat(
        length,
        little(4).putInt(masked(length)).array(),
        record,
        little(4).putInt(masked(record)).array());
  }

  static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + DELTA;
  }

  /** An example of features in the order of the map; see {@link #feature}. */
  public static byte[] example(Map<String, ?> features) {
    return message(1, features(features));
  }

  /** A sequence example. */
  public static byte[] sequence(Map<String, ?> context, Map<String, List<?>> lists) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lists.forEach(
        (name, steps) -> {
          ByteArrayOutputStream list = new ByteArrayOutputStream();
          steps.forEach(step -> list.writeBytes(message(1, feature(step))));
          all.writeBytes(message(1, concat(text(name), message(2, list.toByteArray()))));
        });
    return concat(message(1, features(context)), message(2, all.toByteArray()));
  }

  private static byte[] features(Map<String, ?> features) {
    ByteArrayOutputStream map = new ByteArrayOutputStream();
    features.forEach(
        (name, value) ->
            map.writeBytes(message(1, concat(text(name), message(2, feature(value))))));
    return map.toByteArray();
  }

  private static byte[] text(String name) {
    return message(1, name.getBytes(StandardCharsets.UTF_8));
  }

  /** A value or a list of values of one type; {@link #NO_KIND} is a feature without a list. */
  public static byte[] feature(Object value) {
    if (value == NO_KIND) {
      return new byte[0];
    }
    List<?> values = value instanceof List<?> list ? list : List.of(value);
    Object first = values.isEmpty() ? "" : values.get(0);
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    if (first instanceof Long || first instanceof Integer) {
      values.forEach(v -> list.writeBytes(varint(((Number) v).longValue())));
      return message(3, message(1, list.toByteArray()));
    }
    if (first instanceof Float) {
      values.forEach(v -> list.writeBytes(little(4).putFloat((Float) v).array()));
      return message(2, message(1, list.toByteArray()));
    }
    values.forEach(
        v ->
            list.writeBytes(
                message(
                    1, v instanceof byte[] b ? b : v.toString().getBytes(StandardCharsets.UTF_8))));
    return message(1, list.toByteArray());
  }

  /** A feature that is there but has no list. */
  public static final Object NO_KIND = new Object();

  static byte[] message(int field, byte[] content) {
    return concat(varint((long) field << 3 | 2), varint(content.length), content);
  }

  static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The records of a gzipped file, read in the plainest way. */
  static List<byte[]> read(Path gzip) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
      for (byte[] head = in.readNBytes(12); head.length == 12; head = in.readNBytes(12)) {
        int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
        records.add(in.readNBytes(length));
        in.skipNBytes(4);
      }
    }
    return records;
  }

  /** The fields of a message whose fields are all of type LEN, in order. */
  static List<byte[]> fields(byte[] message) {
    List<byte[]> fields = new ArrayList<>();
    int[] at = {0};
    while (at[0] < message.length) {
      readVarint(message, at);
      int length = readVarint(message, at);
      fields.add(Arrays.copyOfRange(message, at[0], at[0] + length));
      at[0] += length;
    }
    return fields;
  }

  private static int readVarint(byte[] bytes, int[] at) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at[0]++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
