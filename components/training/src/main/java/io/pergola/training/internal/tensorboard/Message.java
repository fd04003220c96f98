package io.pergola.training.internal.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A protocol buffer message, put together by the numbers of its fields. Not thread-safe. */
final class Message {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  private interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  private Message write(Write field) {
    try {
      field.to(out);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Message whole(int field, long value) {
    return write(to -> to.writeInt64(field, value));
  }

  Message number(int field, double value) {
    return write(to -> to.writeDouble(field, value));
  }

  Message single(int field, float value) {
    return write(to -> to.writeFloat(field, value));
  }

  Message text(int field, String value) {
    return write(to -> to.writeByteArray(field, value.getBytes(StandardCharsets.UTF_8)));
  }

  Message message(int field, Message value) {
    return write(to -> to.writeByteArray(field, value.bytes()));
  }

  /** Repeated and packed. */
  Message numbers(int field, double[] values) {
    Message packed = new Message();
    for (double value : values) {
      packed.write(to -> to.writeDoubleNoTag(value));
    }
    return message(field, packed);
  }

  byte[] bytes() {
    write(CodedOutputStream::flush);
    return bytes.toByteArray();
  }
}
