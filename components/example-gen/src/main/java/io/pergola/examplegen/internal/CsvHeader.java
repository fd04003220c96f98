package io.pergola.examplegen.internal;

import io.pergola.examplegen.CsvException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The header line of a CSV file: distinct, non-empty names of columns. */
final class CsvHeader {
  static final int UTF8_BOM_BYTES = 3;
  private static final int LONGEST_BOM_BYTES = 4;

  private CsvHeader() {}

  /**
   * Begins reading a file: passes its byte order mark.
   *
   * @param in at the beginning of the file
   * @param expectedBytes about how many bytes will be read
   * @throws CsvException if the file is not in UTF-8
   */
  static CsvRecords begin(InputStream in, String file, long expectedBytes) throws IOException {
    CsvRecords records = new CsvRecords(in, file, 0, 1, expectedBytes);
    byte[] head = records.peek(LONGEST_BOM_BYTES);
    requireUtf8(head, file);
    if (isUtf8Bom(head)) {
      records.skip(UTF8_BOM_BYTES);
    }
    return records;
  }

  /** Moves to the header line. */
  static void next(CsvRecords records, String file) throws IOException {
    if (!records.next() || records.isBlank()) {
      throw new CsvException(
          file,
          1,
          "Cannot read %s: it has no header line. Name the columns in its first line, or remove it."
              .formatted(file));
    }
  }

  /** The names of the columns, in the file's order; the current record is the header line. */
  static List<String> names(CsvRecords records, String file) {
    Map<String, Integer> columns = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (int c = 0; c < records.cells(); c++) {
      String name = name(records, c, file);
      if (name.isBlank()) {
        problems.add("column %d has no name".formatted(c + 1));
      } else {
        Integer earlier = columns.putIfAbsent(name, c);
        if (earlier != null) {
          problems.add("columns %d and %d are both named '%s'".formatted(earlier + 1, c + 1, name));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new CsvException(
          file,
          1,
          "Cannot read %s line 1: %s. Give every column a name of its own."
              .formatted(file, String.join("; ", problems)));
    }
    return List.copyOf(columns.keySet());
  }

  private static String name(CsvRecords records, int cell, String file) {
    byte[] bytes = records.bytes();
    int from = records.start(cell);
    int length = records.end(cell) - from;
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == 0) {
        throw notUtf8(file, "its header has NUL bytes, as UTF-16 has");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw notUtf8(file, "the name of column %d is not valid UTF-8".formatted(cell + 1));
    }
  }

  /** Whether a file that begins with these bytes begins with UTF-8's byte order mark. */
  static boolean isUtf8Bom(byte[] head) {
    return hasBytes(head, 0xef, 0xbb, 0xbf);
  }

  private static void requireUtf8(byte[] head, String file) {
    if (hasBytes(head, 0xff, 0xfe, 0, 0) || hasBytes(head, 0, 0, 0xfe, 0xff)) {
      throw notUtf8(file, "it is in UTF-32, by its byte order mark");
    }
    if (hasBytes(head, 0xff, 0xfe) || hasBytes(head, 0xfe, 0xff)) {
      throw notUtf8(file, "it is in UTF-16, by its byte order mark");
    }
  }

  private static CsvException notUtf8(String file, String fact) {
    return new CsvException(
        file,
        1,
        "Cannot read %s: %s. Store it as UTF-8: iconv -f UTF-16 -t UTF-8."
            .formatted(file, fact)
            .replace(
                "-f UTF-16",
                fact.contains("UTF-32")
                    ? "-f UTF-32"
                    : fact.contains("UTF-16") ? "-f UTF-16" : "-f ISO-8859-1"));
  }

  private static boolean hasBytes(byte[] head, int... expected) {
    if (head.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((head[i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
