package io.pergola.examplegen.internal;

import io.pergola.examplegen.CsvException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says what is wrong with a cell, where it stands, and what to do. */
final class CellErrors {
  private CellErrors() {}

  static CsvException bad(
      InputColumn column, String file, long line, CsvRecords record, int cell, String fact) {
    return new CsvException(
        file,
        line,
        "Cannot read column '%s' of %s line %d: '%s' %s. Fix the row%s."
            .formatted(
                column.name(),
                file,
                line,
                ValueErrors.shown(text(record, cell)),
                fact,
                ValueErrors.remedy(column, fact)));
  }

  static CsvException missing(InputColumn column, String file, long line) {
    return new CsvException(
        file,
        line,
        ("Cannot read column '%s' of %s line %d: the cell is empty, but %s is of a primitive type,"
                + " which cannot be missing. Fix the row, or declare it with the boxed type.")
            .formatted(column.name(), file, line, column.declaredBy()));
  }

  static CsvException notUtf8(InputColumn column, String file, long line) {
    return new CsvException(
        file,
        line,
        ("Cannot read column '%s' of %s line %d: the cell is not valid UTF-8. Store the file as"
                + " UTF-8: iconv -f ISO-8859-1 -t UTF-8.")
            .formatted(column.name(), file, line));
  }

  /** Whether a cell that was read as infinite says so itself, {@code -Inf}. */
  static boolean namesInfinity(CsvRecords record, int cell) {
    return text(record, cell).toLowerCase(Locale.ROOT).contains("inf");
  }

  static String text(CsvRecords record, int cell) {
    int from = record.start(cell);
    return new String(record.bytes(), from, record.end(cell) - from, StandardCharsets.UTF_8);
  }
}
