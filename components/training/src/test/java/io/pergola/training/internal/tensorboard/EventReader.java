package io.pergola.training.internal.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads event files by the numbers of fields alone, with a checksum of its own. */
final class EventReader {
  private EventReader() {}

  /** The events of a run's folder. */
  static List<UnknownFieldSet> read(Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(EventFile.NAME));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<UnknownFieldSet> events = new ArrayList<>();
    while (file.hasRemaining()) {
      int at = file.position();
      byte[] data = new byte[(int) file.getLong()];
      assertThat(file.getInt()).isEqualTo(masked(Arrays.copyOfRange(bytes, at, at + 8)));
      file.get(data);
      assertThat(file.getInt()).isEqualTo(masked(data));
      events.add(UnknownFieldSet.parseFrom(data));
    }
    return events;
  }

  static double number(UnknownFieldSet message, int field) {
    return Double.longBitsToDouble(message.getField(field).getFixed64List().get(0));
  }

  static float single(UnknownFieldSet message, int field) {
    return Float.intBitsToFloat(message.getField(field).getFixed32List().get(0));
  }

  static long whole(UnknownFieldSet message, int field) {
    return message.getField(field).getVarintList().get(0);
  }

  static String text(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().get(0).toStringUtf8();
  }

  static List<UnknownFieldSet> messages(UnknownFieldSet message, int field) throws IOException {
    List<UnknownFieldSet> messages = new ArrayList<>();
    for (var bytes : message.getField(field).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(bytes));
    }
    return messages;
  }

  static double[] packed(UnknownFieldSet message, int field) {
    ByteBuffer bytes =
        message
            .getField(field)
            .getLengthDelimitedList()
            .get(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  /** The values of an event's summary. */
  static List<UnknownFieldSet> values(UnknownFieldSet event) throws IOException {
    return event.hasField(5) ? messages(messages(event, 5).get(0), 1) : List.of();
  }

  /** Castagnoli's polynomial bit by bit, then the mask of TFRecord. */
  private static int masked(byte[] data) {
    int crc = -1;
    for (byte one : data) {
      crc ^= one & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 1 ? 0x82f63b78 : 0);
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }
}
