package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.CsvException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the cells of CSV records as the values of examples. Not thread-safe. */
final class RowReader implements RecordReader {
  private final List<InputColumn> columns;
  private final CellType[] types;
  private final boolean[] texts;
  private final boolean[] required;
  private final NumberReader number = new NumberReader();
  private final int[] cells;
  private final boolean[] present;
  private final long[] wholes;
  private final double[] numbers;
  private final String file;
  private final PieceReader piece;
  private final CsvRecords record;

  RowReader(List<InputColumn> columns, PieceReader piece, String file) {
    this.columns = columns;
    this.piece = piece;
    this.file = file;
    record = piece.records();
    int n = columns.size();
    types = columns.stream().map(InputColumn::type).toArray(CellType[]::new);
    texts = new boolean[n];
    required = new boolean[n];
    cells = new int[n];
    present = new boolean[n];
    wholes = new long[n];
    numbers = new double[n];
    Map<String, Integer> positions = new HashMap<>();
    for (String column : piece.header()) {
      positions.put(column, positions.size());
    }
    for (int c = 0; c < n; c++) {
      Integer cell = positions.get(columns.get(c).name());
      if (cell == null) {
        throw new IllegalStateException(
            "Cannot find column '%s' in %s: the file changed during the run. Run again."
                .formatted(columns.get(c).name(), file));
      }
      cells[c] = cell;
      texts[c] = !types[c].columnType().isNumber();
      required[c] = columns.get(c).required();
    }
  }

  @Override
  public boolean next() throws IOException {
    return piece.next();
  }

  @Override
  public void read() {
    if (piece.isRagged()) {
      throw piece.ragged();
    }
    byte[] bytes = record.bytes();
    for (int c = 0; c < types.length; c++) {
      int cell = cells[c];
      int from = record.start(cell);
      int to = record.end(cell);
      CellType type = types[c];
      if (from == to && !(texts[c] && record.isQuoted(cell))) {
        present[c] = false;
        if (required[c]) {
          throw CellErrors.missing(columns.get(c), file, record.line());
        }
        continue;
      }
      present[c] = true;
      switch (type) {
        case TEXT -> {
          if (!Utf8.isValid(bytes, from, to)) {
            throw CellErrors.notUtf8(columns.get(c), file, record.line());
          }
        }
        case BYTES -> {}
        case FLOAT -> {
          if (!number.readFloat(bytes, from, to)) {
            throw fail("is not a number", c);
          }
          set(c, number.number());
        }
        case DOUBLE -> {
          if (!number.readDouble(bytes, from, to)) {
            throw fail("is not a number", c);
          }
          set(c, number.number());
        }
        case BOOLEAN -> wholes[c] = truth(c);
        default -> wholes[c] = whole(c, type);
      }
    }
  }

  @Override
  public void addTo(ExampleHash hash, HashedColumns hashed) {
    for (int i = 0; i < hashed.size(); i++) {
      int c = hashed.column(i);
      if (!present[c]) {
        continue;
      }
      switch (types[c]) {
        case TEXT, BYTES -> {
          int from = record.start(cells[c]);
          hash.addBytes(hashed.name(i), record.bytes(), from, record.end(cells[c]) - from);
        }
        case FLOAT, DOUBLE -> hash.addNumber(hashed.name(i), numbers[c]);
        default -> hash.addWhole(hashed.name(i), wholes[c]);
      }
    }
  }

  @Override
  public void appendTo(ExampleBatchBuilder batch) {
    for (int c = 0; c < types.length; c++) {
      if (!present[c]) {
        continue;
      }
      switch (types[c]) {
        case TEXT, BYTES -> {
          int from = record.start(cells[c]);
          batch.putBytes(c, record.bytes(), from, record.end(cells[c]) - from);
        }
        case FLOAT -> batch.putFloat(c, (float) numbers[c]);
        case DOUBLE -> batch.putDouble(c, numbers[c]);
        default -> batch.putLong(c, wholes[c]);
      }
    }
    batch.endRow();
  }

  private void set(int c, double value) {
    if (Double.isInfinite(value) && !CellErrors.namesInfinity(record, cells[c])) {
      throw fail(
          types[c] == CellType.FLOAT
              ? "is beyond the range of 32-bit numbers"
              : "is beyond the range of 64-bit numbers",
          c);
    }
    numbers[c] = value;
  }

  private long whole(int c, CellType type) {
    int from = record.start(cells[c]);
    int to = record.end(cells[c]);
    if (!number.readWhole(record.bytes(), from, to)) {
      throw fail(
          number.readDouble(record.bytes(), from, to)
              ? "is not a whole number of 64 bits"
              : "is not a number",
          c);
    }
    if (!type.holds(number.whole())) {
      throw fail("is outside " + type.range(), c);
    }
    return number.whole();
  }

  private long truth(int c) {
    String text = CellErrors.text(record, cells[c]);
    if (text.equals("1") || text.equalsIgnoreCase("true")) {
      return 1;
    }
    if (text.equals("0") || text.equalsIgnoreCase("false")) {
      return 0;
    }
    throw fail("is neither true nor false, 1 nor 0", c);
  }

  private CsvException fail(String fact, int c) {
    return CellErrors.bad(columns.get(c), file, record.line(), record, cells[c], fact);
  }

  @Override
  public long record() {
    return record.line();
  }

  @Override
  public String raw() {
    return new String(record.raw(), StandardCharsets.UTF_8);
  }

  @Override
  public Optional<RawRecord> replay() {
    return Optional.of(
        new RawRecord(".csv", CsvText.line(piece.header()), CsvText.line(record.raw())));
  }

  @Override
  public void close() throws IOException {
    piece.close();
  }
}
