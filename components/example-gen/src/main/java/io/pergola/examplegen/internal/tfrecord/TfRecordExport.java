package io.pergola.examplegen.internal.tfrecord;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.examplegen.internal.ExportFormat;
import io.pergola.examplegen.internal.MaskedCrc;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TFRecord of {@code tf.train.Example}: a missing feature is not in the map, one without values has
 * an empty list.
 */
public final class TfRecordExport implements ExportFormat {
  private static final int LENGTH_DELIMITED = 2;
  private static final int BYTES_LIST = 1;
  private static final int FLOAT_LIST = 2;
  private static final int INT64_LIST = 3;

  @Override
  public String suffix() {
    return ".tfrecord";
  }

  @Override
  public Optional<String> refusal(ExampleSchema.Field column) {
    return column.type() == ColumnType.DOUBLE
        ? Optional.of("is DOUBLE, and tf.train.Example has numbers of 32 bits")
        : Optional.empty();
  }

  @Override
  public void write(Path file, ExampleSchema schema, ExampleBatch batch) throws IOException {
    MaskedCrc crc = new MaskedCrc();
    ByteBuffer head = ByteBuffer.allocate(MaskedCrc.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer foot = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      for (int row = 0; row < batch.rows(); row++) {
        byte[] example = example(schema, batch, row);
        head.putLong(0, example.length);
        head.putInt(Long.BYTES, crc.of(head.array(), 0, Long.BYTES));
        foot.putInt(0, crc.of(example, 0, example.length));
        out.write(head.array());
        out.write(example);
        out.write(foot.array());
      }
    }
  }

  private static byte[] example(ExampleSchema schema, ExampleBatch batch, int row) {
    ByteArrayOutputStream features = new ByteArrayOutputStream();
    for (ExampleSchema.Field field : schema.columns()) {
      ExampleColumn column = batch.column(field.name());
      if (column.isPresent(row)) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        put(entry, 1, field.name().getBytes(StandardCharsets.UTF_8));
        put(entry, 2, feature(column, row));
        put(features, 1, entry.toByteArray());
      }
    }
    ByteArrayOutputStream example = new ByteArrayOutputStream();
    put(example, 1, features.toByteArray());
    return example.toByteArray();
  }

  private static byte[] feature(ExampleColumn column, int row) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    int from = column.start(row);
    int to = column.end(row);
    int kind;
    if (column instanceof BytesColumn bytes) {
      kind = BYTES_LIST;
      for (int value = from; value < to; value++) {
        int entry = bytes.entry(value);
        key(list, 1);
        varint(list, bytes.entryLength(entry));
        list.write(bytes.data(), bytes.entryOffsets()[entry], bytes.entryLength(entry));
      }
    } else if (column instanceof FloatColumn floats) {
      kind = FLOAT_LIST;
      ByteBuffer packed =
          ByteBuffer.allocate(Float.BYTES * (to - from)).order(ByteOrder.LITTLE_ENDIAN);
      for (int value = from; value < to; value++) {
        packed.putFloat(floats.value(value));
      }
      putPacked(list, packed.array());
    } else {
      kind = INT64_LIST;
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (int value = from; value < to; value++) {
        varint(packed, ((LongColumn) column).value(value));
      }
      putPacked(list, packed.toByteArray());
    }
    ByteArrayOutputStream feature = new ByteArrayOutputStream();
    put(feature, kind, list.toByteArray());
    return feature.toByteArray();
  }

  private static void putPacked(ByteArrayOutputStream list, byte[] packed) {
    if (packed.length > 0) {
      put(list, 1, packed);
    }
  }

  private static void put(ByteArrayOutputStream out, int field, byte[] content) {
    key(out, field);
    varint(out, content.length);
    out.writeBytes(content);
  }

  private static void key(ByteArrayOutputStream out, int field) {
    out.write(field << 3 | LENGTH_DELIMITED);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
