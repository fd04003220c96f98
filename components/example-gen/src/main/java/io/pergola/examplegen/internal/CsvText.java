package io.pergola.examplegen.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes records as RFC 4180 has them, lines ending with LF. */
final class CsvText {
  private CsvText() {}

  /** A line of cells, each in quotes if it needs them or is empty. */
  static byte[] line(List<String> cells) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int c = 0; c < cells.size(); c++) {
      if (c > 0) {
        out.write(',');
      }
      byte[] cell = cells.get(c).getBytes(StandardCharsets.UTF_8);
      writeText(out, cell, 0, cell.length);
    }
    out.write('\n');
    return out.toByteArray();
  }

  /** A record and the end of its line. */
  static byte[] line(byte[] record) {
    byte[] line = Arrays.copyOf(record, record.length + 1);
    line[record.length] = '\n';
    return line;
  }

  /** Writes a cell of text, in quotes if it needs them or is empty, which tells it from missing. */
  static void writeText(ByteArrayOutputStream out, byte[] bytes, int from, int to) {
    boolean plain = from < to;
    for (int i = from; i < to && plain; i++) {
      byte b = bytes[i];
      plain = b != '"' && b != ',' && b != '\n' && b != '\r';
    }
    if (plain) {
      out.write(bytes, from, to - from);
    } else {
      writeQuoted(out, bytes, from, to);
    }
  }

  /** Writes a cell in quotes, those inside doubled. */
  static void writeQuoted(ByteArrayOutputStream out, byte[] bytes, int from, int to) {
    out.write('"');
    for (int i = from; i < to; i++) {
      if (bytes[i] == '"') {
        out.write('"');
      }
      out.write(bytes[i]);
    }
    out.write('"');
  }
}
