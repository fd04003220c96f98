package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Batches that a job puts aside, in sections that are read one by one: the batches, then the
 * positions at which they begin and the last one ends. Not forced to disk, since a job that crashes
 * writes them again; never part of an artifact.
 */
final class SpillFile implements Closeable {
  private final Path file;
  private final Path temporary;
  private final int sections;
  private final DataOutputStream out;
  private final List<Long> positions = new ArrayList<>();
  private long position;

  private SpillFile(Path file, int sections) throws IOException {
    this.file = file;
    this.sections = sections;
    Files.createDirectories(file.toAbsolutePath().getParent());
    temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)));
  }

  /**
   * Begins a file. It is in its place when it is closed, if it has all its sections; one that is
   * there is replaced.
   */
  static SpillFile create(Path file, int sections) throws IOException {
    return new SpillFile(file, sections);
  }

  /** Writes the next section. */
  void write(ExampleBatch section) throws IOException {
    positions.add(position);
    byte[] bytes = encode(section);
    out.write(bytes);
    position += bytes.length;
  }

  @Override
  public void close() throws IOException {
    if (positions.size() < sections) {
      out.close();
      Files.delete(temporary);
      return;
    }
    positions.add(position);
    for (long begin : positions) {
      out.writeLong(begin);
    }
    out.writeInt(positions.size());
    out.close();
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Reads a section, whose columns those of a schema are. */
  static ExampleBatch read(Path file, ExampleSchema schema, int section) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(in.length() - Integer.BYTES);
      int count = in.readInt();
      in.seek(in.length() - Integer.BYTES - (long) Long.BYTES * (count - section));
      long begin = in.readLong();
      byte[] bytes = new byte[Math.toIntExact(in.readLong() - begin)];
      in.seek(begin);
      in.readFully(bytes);
      return decode(bytes, schema);
    }
  }

  /** The same batch without dictionary entries that no row has. */
  static ExampleBatch compact(ExampleBatch batch) {
    try {
      return decode(encode(batch), batch.schema());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encode(ExampleBatch batch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream to = new DataOutputStream(bytes);
    to.writeInt(batch.rows());
    for (ExampleColumn column : batch.columns()) {
      long[] presence = column.presence();
      to.writeBoolean(presence != null);
      if (presence != null) {
        write(to, presence, presence.length);
      }
      int[] offsets = column.offsets();
      if (offsets != null) {
        write(to, offsets, offsets.length);
      }
      writeValues(to, column);
    }
    return bytes.toByteArray();
  }

  private static void writeValues(DataOutputStream to, ExampleColumn column) throws IOException {
    int count = column.valueCount();
    if (column instanceof BytesColumn texts) {
      writeTexts(to, texts);
      return;
    }
    ByteBuffer values = ByteBuffer.allocate(Math.multiplyExact(count, width(column.type())));
    for (int value = 0; value < count; value++) {
      int entry = Math.max(0, column.entry(value)); // of a missing row it may be anything
      boolean none = column.entryCount() == 0;
      if (column instanceof LongColumn longs) {
        values.putLong(none ? 0 : longs.entries()[entry]);
      } else if (column instanceof FloatColumn floats) {
        values.putFloat(none ? 0 : floats.entries()[entry]);
      } else if (column instanceof DoubleColumn doubles) {
        values.putDouble(none ? 0 : doubles.entries()[entry]);
      }
    }
    to.writeInt(count);
    to.write(values.array());
  }

  private static int width(ColumnType type) {
    return type == ColumnType.FLOAT ? Float.BYTES : Long.BYTES;
  }

  /** The entries that are in use, in the order of their first use, and which value has which. */
  private static void writeTexts(DataOutputStream to, BytesColumn texts) throws IOException {
    int count = texts.valueCount();
    int[] renumbered = new int[texts.entryCount()];
    int[] ids = new int[count];
    int[] ends = new int[count + 1];
    int used = 0;
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int value = 0; value < count; value++) {
      int entry = texts.entry(value);
      if (entry < 0) {
        ids[value] = -1;
        continue;
      }
      if (renumbered[entry] == 0) {
        renumbered[entry] = ++used;
        data.write(texts.data(), texts.entryOffsets()[entry], texts.entryLength(entry));
        ends[used] = data.size();
      }
      ids[value] = renumbered[entry] - 1;
    }
    to.writeInt(count);
    write(to, ids, count);
    to.writeInt(used);
    write(to, ends, used + 1);
    data.writeTo(to);
  }

  private static void write(DataOutputStream to, int[] values, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES);
    bytes.asIntBuffer().put(values, 0, count);
    to.write(bytes.array());
  }

  private static void write(DataOutputStream to, long[] values, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES);
    bytes.asLongBuffer().put(values, 0, count);
    to.write(bytes.array());
  }

  private static ExampleBatch decode(byte[] bytes, ExampleSchema schema) throws IOException {
    DataInputStream from = new DataInputStream(new ByteArrayInputStream(bytes));
    int rows = from.readInt();
    List<ExampleColumn> columns = new ArrayList<>();
    for (ExampleSchema.Field field : schema.columns()) {
      long[] presence = from.readBoolean() ? longs(from, (rows + 63) >> 6) : null;
      int[] offsets = field.multivalent() ? ints(from, rows + 1) : null;
      columns.add(column(from, field, rows, presence, offsets));
    }
    return ExampleBatch.of(rows, columns);
  }

  @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
  private static ExampleColumn column(
      DataInputStream from,
      ExampleSchema.Field field,
      int rows,
      long @Nullable [] presence,
      int @Nullable [] offsets)
      throws IOException {
    String name = field.name();
    int count = from.readInt();
    return switch (field.type()) {
      case INT -> new LongColumn(name, rows, longs(from, count), null, presence, offsets);
      case FLOAT -> {
        float[] values = new float[count];
        buffer(from, count * Float.BYTES).asFloatBuffer().get(values);
        yield new FloatColumn(name, rows, values, null, presence, offsets);
      }
      case DOUBLE -> {
        double[] values = new double[count];
        buffer(from, count * Double.BYTES).asDoubleBuffer().get(values);
        yield new DoubleColumn(name, rows, values, null, presence, offsets);
      }
      case TEXT, BYTES -> {
        int[] ids = ints(from, count);
        int[] ends = ints(from, from.readInt() + 1);
        byte[] data = from.readNBytes(ends[ends.length - 1]);
        yield new BytesColumn(name, field.type(), rows, data, ends, ids, presence, offsets);
      }
    };
  }

  private static ByteBuffer buffer(DataInputStream from, int bytes) throws IOException {
    byte[] read = new byte[bytes];
    from.readFully(read);
    return ByteBuffer.wrap(read);
  }

  private static int[] ints(DataInputStream from, int count) throws IOException {
    int[] values = new int[count];
    buffer(from, count * Integer.BYTES).asIntBuffer().get(values);
    return values;
  }

  private static long[] longs(DataInputStream from, int count) throws IOException {
    long[] values = new long[count];
    buffer(from, count * Long.BYTES).asLongBuffer().get(values);
    return values;
  }
}
