package io.pergola.benchmarks.formats;

import io.pergola.benchmarks.ExampleGenRun;
import io.pergola.examplegen.Split;
import io.pergola.examplegen.TfRecordExampleGen;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Rows a second of TfRecordExampleGen on one thread, from gzipped examples to Parquet, beside a
 * plain loop that only decompresses and parses the same file, on one thread.
 */
public final class TfRecordBenchmark {
  private static final String[] COMPANIES = {
    "Flash Cab", "Sun Taxi", "City Service", "Blue Ribbon"
  };

  private TfRecordBenchmark() {}

  /** What is read: seven of ten features. */
  public record Trip(
      Long id,
      Float fare,
      Float tips,
      Float tripMiles,
      Long tripSeconds,
      String company,
      String paymentType) {}

  /** Arguments: a folder, the number of examples, how often. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int rows = Integer.parseInt(args[1]);
    Path file = folder.resolve("trips-%d.tfrecord.gz".formatted(rows));
    if (!Files.exists(file)) {
      write(file, rows);
    }
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      long before = System.nanoTime();
      long values = parse(file);
      double loop = (System.nanoTime() - before) / 1e9;
      before = System.nanoTime();
      long written = generate(file, folder.resolve("examples"));
      double gen = (System.nanoTime() - before) / 1e9;
      System.out.printf(
          "loop %.0f rows/s (%d values), ExampleGen %.0f rows/s (%d rows), ratio %.2f%n",
          rows / loop, values, written / gen, written, loop / gen);
    }
    System.exit(0);
  }

  private static long generate(Path file, Path examples) throws Exception {
    return ExampleGenRun.rows(
        TfRecordExampleGen.of(Trip.class)
            .from(file)
            .splits(Split.of("train", 2), Split.of("eval", 1)),
        examples,
        1);
  }

  /** Decompresses all records, and visits every value, checking and keeping nothing. */
  private static long parse(Path file) throws IOException {
    long values = 0;
    byte[] head = new byte[12];
    byte[] record = new byte[1 << 16];
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
      while (in.readNBytes(head, 0, head.length) == head.length) {
        int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
        in.readNBytes(record, 0, length + 4);
        values += new Cursor(record).message(0, length, 0);
      }
    }
    return values;
  }

  /** Goes down four levels of messages: example, features, entry, feature, list. */
  private static final class Cursor {
    private final byte[] in;
    private int at;

    Cursor(byte[] in) {
      this.in = in;
    }

    long message(int from, int to, int depth) {
      long values = 0;
      at = from;
      while (at < to) {
        int tag = (int) varint();
        int end = (int) varint();
        end += at;
        boolean leaf = depth == 4 || (depth == 2 && tag == 10);
        values += leaf ? leaf(end) : message(at, end, depth + 1);
        at = end;
      }
      return values;
    }

    private long leaf(int end) {
      long sum = 1;
      while (at < end) {
        sum += in[at++] & 1;
      }
      return sum;
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in[at++];
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }
  }

  private static void write(Path file, int rows) throws IOException {
    Random random = new Random(7);
    try (OutputStream out =
        new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file)), 1 << 16)) {
      for (int i = 0; i < rows; i++) {
        ByteArrayOutputStream features = new ByteArrayOutputStream();
        add(features, "id", number(i));
        add(features, "fare", decimal(random.nextInt(8_000) / 100f));
        add(features, "tips", decimal(random.nextInt(1_000) / 100f));
        add(features, "trip_miles", decimal(random.nextInt(300) / 10f));
        add(features, "trip_seconds", number(random.nextInt(4_000)));
        add(features, "company", text(COMPANIES[random.nextInt(COMPANIES.length)]));
        add(features, "payment_type", text(random.nextBoolean() ? "Cash" : "Credit Card"));
        add(features, "trip_start_hour", number(random.nextInt(24)));
        add(features, "pickup_latitude", decimal(41 + random.nextFloat()));
        add(features, "pickup_longitude", decimal(-87 - random.nextFloat()));
        frame(message(1, features.toByteArray()), out);
      }
    }
  }

  private static void add(ByteArrayOutputStream features, String name, byte[] feature) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(message(1, name.getBytes(StandardCharsets.UTF_8)));
    entry.writeBytes(message(2, feature));
    features.writeBytes(message(1, entry.toByteArray()));
  }

  private static byte[] number(long value) {
    return message(3, message(1, varint(value)));
  }

  private static byte[] decimal(float value) {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    return message(2, message(1, bytes.array()));
  }

  private static byte[] text(String value) {
    return message(1, message(1, value.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] message(int field, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    out.writeBytes(varint(content.length));
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long left = value;
    for (; left >>> 7 != 0; left >>>= 7) {
      out.write((int) ((left & 0x7f) | 0x80));
    }
    out.write((int) left);
    return out.toByteArray();
  }

  private static void frame(byte[] record, OutputStream out) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(record.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(record.length);
    frame.putInt(masked(frame.array(), 0, 8));
    frame.put(record);
    frame.putInt(masked(frame.array(), 12, record.length));
    out.write(frame.array());
  }

  private static int masked(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
