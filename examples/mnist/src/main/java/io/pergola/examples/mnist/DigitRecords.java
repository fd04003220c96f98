package io.pergola.examples.mnist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes digits as TFRecord of {@code tf.train.Example}: {@code image_floats} as a list of floats,
 * {@code image_class} as a list of one integer, each left out where there is none.
 */
final class DigitRecords {
  private static final int MASK_DELTA = 0xa282ead8;

  // Fields of tf.train.Example and what is in it, by number: features, feature, key, value, ...
  private static final int FEATURES = 1;
  private static final int FEATURE = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int FLOAT_LIST = 2;
  private static final int INT64_LIST = 3;
  private static final int LIST = 1;

  private final OutputStream out;

  DigitRecords(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes one example.
   *
   * @param image empty if it is missing
   * @param digit -1 if it is missing
   */
  void write(float[] image, int digit) throws IOException {
    ByteArrayOutputStream features = new ByteArrayOutputStream();
    if (image.length > 0) {
      ByteBuffer floats = ByteBuffer.allocate(4 * image.length).order(ByteOrder.LITTLE_ENDIAN);
      floats.asFloatBuffer().put(image);
      feature(features, "image_floats", FLOAT_LIST, floats.array());
    }
    if (digit >= 0) {
      feature(features, "image_class", INT64_LIST, new byte[] {(byte) digit});
    }
    record(field(FEATURES, features.toByteArray()));
  }

  private static void feature(ByteArrayOutputStream to, String name, int list, byte[] values) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(field(KEY, name.getBytes(StandardCharsets.UTF_8)));
    entry.writeBytes(field(VALUE, field(list, field(LIST, values))));
    to.writeBytes(field(FEATURE, entry.toByteArray()));
  }

  /** A field of bytes: its number and wire type 2, the length, the bytes. */
  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream field = new ByteArrayOutputStream(content.length + 6);
    field.write(number << 3 | 2);
    int length = content.length;
    while (length >= 0x80) {
      field.write(length & 0x7f | 0x80);
      length >>>= 7;
    }
    field.write(length);
    field.writeBytes(content);
    return field.toByteArray();
  }

  private void record(byte[] example) throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(example.length + 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(example.length);
    record.putInt(masked(record.array(), Long.BYTES));
    record.put(example).putInt(masked(example, example.length));
    out.write(record.array());
  }

  private static int masked(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    int value = (int) crc.getValue();
    return (value >>> 15 | value << 17) + MASK_DELTA;
  }
}
