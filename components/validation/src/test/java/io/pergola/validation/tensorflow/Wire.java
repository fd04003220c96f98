package io.pergola.validation.tensorflow;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** A message put together by the public numbers of its fields, without any definition of it. */
final class Wire {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  private Wire write(Write action) {
    try {
      action.to(out);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Wire whole(int field, long value) {
    return write(to -> to.writeInt64(field, value));
  }

  Wire number(int field, double value) {
    return write(to -> to.writeDouble(field, value));
  }

  Wire single(int field, float value) {
    return write(to -> to.writeFloat(field, value));
  }

  Wire text(int field, String value) {
    return write(to -> to.writeByteArray(field, value.getBytes(StandardCharsets.UTF_8)));
  }

  Wire message(int field, Wire value) {
    return write(to -> to.writeByteArray(field, value.bytes()));
  }

  byte[] bytes() {
    write(CodedOutputStream::flush);
    return bytes.toByteArray();
  }

  /** The records of a TFRecord file. */
  static byte[] records(byte[]... records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] record : records) {
      byte[] length =
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(record.length)
              .array();
      all.writeBytes(length);
      all.writeBytes(masked(length));
      all.writeBytes(record);
      all.writeBytes(masked(record));
    }
    return all.toByteArray();
  }

  private static byte[] masked(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    int value = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
