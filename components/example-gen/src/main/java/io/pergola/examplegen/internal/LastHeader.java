package io.pergola.examplegen.internal;

import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads header lines, and remembers the last: most files of an input have the same one, and names
 * cost more to decode than a small file to read. Thread-safe.
 */
final class LastHeader implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient volatile @Nullable Known last;

  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  private record Known(byte[] line, List<String> names) {}

  /**
   * Reads the names of the columns, in the file's order.
   *
   * @param records at the beginning of the file
   */
  List<String> read(CsvRecords records, String file) throws IOException {
    CsvHeader.next(records, file);
    byte[] line = records.raw();
    Known known = last;
    if (known != null && Arrays.equals(known.line(), line)) {
      return known.names();
    }
    List<String> names = CsvHeader.names(records, file);
    last = new Known(line, names);
    return names;
  }
}
