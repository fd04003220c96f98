package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.LongColumn;
import io.pergola.examplegen.CsvException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads columns of a CSV file whose kinds are known beforehand. Not thread-safe. */
public final class CsvCells implements Closeable {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final String file;
  private final CsvRecords records;
  private final int header;
  private final List<Cells> columns;
  private final NumberReader reader = new NumberReader();
  private long[] lines = new long[16];

  private CsvCells(String file, CsvRecords records, int header, List<Cells> columns) {
    this.file = file;
    this.records = records;
    this.header = header;
    this.columns = columns;
  }

  /** Opens a file and reads its header line. */
  public static CsvCells open(Path path, Set<String> numbers, Set<String> texts)
      throws IOException {
    String file = path.toString();
    InputStream in = Files.newInputStream(path);
    try {
      CsvRecords records = CsvHeader.begin(in, file, Files.size(path));
      CsvHeader.next(records, file);
      List<String> names = CsvHeader.names(records, file);
      List<Cells> columns = new ArrayList<>();
      Set<String> absent = new TreeSet<>();
      for (Set<String> kind : List.of(numbers, texts)) {
        for (String name : new TreeSet<>(kind)) {
          if (names.contains(name)) {
            columns.add(new Cells(name, names.indexOf(name), kind == texts));
          } else {
            absent.add(name);
          }
        }
      }
      if (!absent.isEmpty()) {
        throw new CsvException(
            file,
            1,
            "Cannot read %s: it has no column %s, only %s. Add what is absent, with empty cells if need be."
                .formatted(file, String.join(", ", absent), String.join(", ", names)));
      }
      return new CsvCells(file, records, names.size(), columns);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** The next rows; empty at the end. */
  public Optional<ExampleBatch> next(int most) throws IOException {
    columns.forEach(Cells::clear);
    int rows = 0;
    while (rows < most && records.next()) {
      if (records.isBlank() && header > 1) {
        continue;
      }
      if (records.cells() != header) {
        throw new CsvException(
            file,
            records.line(),
            "Cannot read %s line %d: it has %d cells, and the header %d. Fix the row."
                .formatted(file, records.line(), records.cells(), header));
      }
      if (rows == lines.length) {
        lines = Arrays.copyOf(lines, 2 * rows);
      }
      lines[rows] = records.line();
      for (Cells column : columns) {
        read(column, rows);
      }
      rows++;
    }
    if (rows == 0) {
      return Optional.empty();
    }
    List<ExampleColumn> made = new ArrayList<>();
    for (Cells column : columns) {
      made.add(column.column(rows));
    }
    return Optional.of(ExampleBatch.of(rows, made));
  }

  /** The line of a row of the last batch. */
  public long line(int row) {
    return lines[row];
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private CsvException bad(Cells column, String fact) {
    String shown =
        new String(
            records.bytes(),
            records.start(column.cell),
            records.end(column.cell) - records.start(column.cell),
            StandardCharsets.UTF_8);
    return new CsvException(
        file,
        records.line(),
        "Cannot read column '%s' of %s line %d: '%s' %s. Fix the row."
            .formatted(column.name, file, records.line(), ValueErrors.shown(shown), fact));
  }

  private void read(Cells column, int row) {
    byte[] bytes = records.bytes();
    int from = records.start(column.cell);
    int to = records.end(column.cell);
    if (from == to && !(column.isText && records.isQuoted(column.cell))) {
      column.putMissing(row);
    } else if (column.isText) {
      if (!Utf8.isValid(bytes, from, to)) {
        throw bad(column, "is not valid UTF-8");
      }
      column.putText(row, bytes, from, to);
    } else if (column.wholes && reader.readWhole(bytes, from, to)) {
      column.putWhole(row, reader.whole());
    } else if (reader.readDouble(bytes, from, to)) {
      if (Double.isInfinite(reader.number()) && !CellErrors.namesInfinity(records, column.cell)) {
        throw bad(column, "is beyond the range of 64-bit numbers");
      }
      column.putNumber(row, reader.number());
    } else {
      throw bad(column, "is not a number");
    }
  }

  /** The cells of one column in a batch. */
  private static final class Cells {
    private final String name;
    private final int cell;
    private final boolean isText;
    private final BitSet present = new BitSet();

    /** Whether all numbers so far are whole; if not, {@link #numbers} has them. */
    private boolean wholes = true;

    private long[] whole = new long[16];
    private double[] numbers = new double[16];
    private byte[] text = new byte[256];
    private int[] offsets = new int[17];

    private Cells(String name, int cell, boolean isText) {
      this.name = name;
      this.cell = cell;
      this.isText = isText;
    }

    private void clear() {
      present.clear();
      wholes = true;
    }

    private void putMissing(int row) {
      grow(row);
      whole[row] = 0;
      numbers[row] = 0;
      offsets[row + 1] = offsets[row];
    }

    private void putWhole(int row, long value) {
      grow(row);
      whole[row] = value;
      numbers[row] = value;
      present.set(row);
    }

    private void putNumber(int row, double value) {
      grow(row);
      wholes = false;
      numbers[row] = value;
      present.set(row);
    }

    private void putText(int row, byte[] bytes, int from, int to) {
      grow(row);
      int end = Math.addExact(offsets[row], to - from);
      if (end > text.length) {
        text = Arrays.copyOf(text, Math.max(end, (int) Math.min(2L * text.length, MOST_BYTES)));
      }
      System.arraycopy(bytes, from, text, offsets[row], to - from);
      offsets[row + 1] = end;
      present.set(row);
    }

    private void grow(int row) {
      if (row == whole.length) {
        whole = Arrays.copyOf(whole, 2 * row);
        numbers = Arrays.copyOf(numbers, 2 * row);
        offsets = Arrays.copyOf(offsets, 2 * row + 1);
      }
    }

    @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
    private ExampleColumn column(int rows) {
      long[] presence = ExampleColumn.presenceOf(present, rows);
      if (isText) {
        return new BytesColumn(
            name,
            ColumnType.TEXT,
            rows,
            Arrays.copyOf(text, offsets[rows]),
            Arrays.copyOf(offsets, rows + 1),
            null,
            presence,
            null);
      }
      return wholes
          ? LongColumn.of(name, Arrays.copyOf(whole, rows), presence)
          : DoubleColumn.of(name, Arrays.copyOf(numbers, rows), presence);
    }
  }
}
