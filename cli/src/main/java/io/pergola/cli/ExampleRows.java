package io.pergola.cli;

import io.pergola.beam.BatchFilter;
import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.beam.ParquetFile;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads rows of examples, and shows them. */
final class ExampleRows {
  static final int WIDTH = 120;
  private static final int WIDEST_CELL = 24;
  private static final int GAP = 2;
  private static final int SHOWN_BYTES = 8;
  private static final String MISSING = "\u2205";
  private static final Set<String> MARKS = Set.of(MISSING, "", "[]");

  private final List<String> columns;
  private final Optional<Where> where;

  /** A filter, and the columns that it looks at. */
  record Where(BatchFilter filter, SortedSet<String> columns) {}

  /** A row: its number in the split, and where it stands. */
  record Found(long number, ExampleBatch batch, int row, List<String> columns) {
    Map<String, Object> json(String split) {
      Map<String, Object> example = new LinkedHashMap<>();
      for (String name : columns) {
        ExampleColumn column = batch.column(name);
        if (column.isPresent(row)) {
          example.put(name, value(column));
        }
      }
      return Json.object("split", split, "row", number, "example", example);
    }

    private Object value(ExampleColumn column) {
      if (!column.isMultivalent()) {
        return plain(column, column.start(row));
      }
      List<Object> values = new ArrayList<>();
      for (int value = column.start(row); value < column.end(row); value++) {
        values.add(plain(column, value));
      }
      return values;
    }

    private static Object plain(ExampleColumn column, int value) {
      if (column instanceof LongColumn longs) {
        return longs.value(value);
      }
      if (column instanceof FloatColumn floats) {
        float number = floats.value(value);
        return Float.isFinite(number) ? (Object) number : Float.toString(number);
      }
      if (column instanceof DoubleColumn doubles) {
        double number = doubles.value(value);
        return Double.isFinite(number) ? (Object) number : Double.toString(number);
      }
      BytesColumn bytes = (BytesColumn) column;
      return column.type() == ColumnType.TEXT ? bytes.text(value) : bytesOf(bytes, value);
    }
  }

  ExampleRows(List<String> columns, Optional<Where> where) {
    this.columns = columns;
    this.where = where;
  }

  /** The first rows of a split. */
  List<Found> first(Path examples, String split, int limit) throws IOException {
    Set<String> read = new TreeSet<>(columns);
    where.ifPresent(filter -> read.addAll(filter.columns()));
    List<Found> found = new ArrayList<>();
    for (RowGroup group : ExampleFiles.rowGroups(examples, List.of(split))) {
      if (found.size() == limit) {
        break;
      }
      if (where.isPresent() && !mayMatch(group, where.get().filter())) {
        continue;
      }
      ExampleBatch batch = RowGroupReader.read(group, read);
      int rows = (int) Math.min(batch.rows(), limit - found.size());
      int[] wanted = where.map(w -> w.filter().rows(batch)).orElse(null);
      for (int i = 0; i < (wanted == null ? rows : wanted.length) && found.size() < limit; i++) {
        int row = wanted == null ? i : wanted[i];
        found.add(new Found(group.firstRow() + row, batch, row, columns));
      }
    }
    return found;
  }

  private static boolean mayMatch(RowGroup group, BatchFilter filter) throws IOException {
    try (ParquetFile file = ParquetFile.open(group.path())) {
      return filter.mayMatch(name -> file.bounds(group.index(), name));
    }
  }

  /** A table of rows, and the names of the columns that have no room in it. */
  List<String> table(List<Found> rows) {
    List<String> header = new ArrayList<>(List.of(">ROW"));
    List<List<String>> cells = new ArrayList<>();
    cells.add(rows.stream().map(row -> Long.toString(row.number())).toList());
    int width = cells.get(0).stream().mapToInt(String::length).max().orElse(0);
    width = Math.max(width, 3);
    int shown = 0;
    for (String name : columns) {
      boolean number = rows.get(0).batch().column(name).type().isNumber();
      String title = Text.clip(Text.plain(name), WIDEST_CELL);
      List<String> column = rows.stream().map(row -> cell(row, name)).toList();
      int widest = column.stream().mapToInt(Text::width).max().orElse(0);
      int wide = Math.max(widest, Text.width(title));
      if (width + GAP + wide > WIDTH && shown > 0) {
        break;
      }
      width += GAP + wide;
      shown++;
      header.add(number ? ">" + title : title);
      cells.add(column);
    }
    Table table = new Table(header.toArray(String[]::new));
    for (int row = 0; row < rows.size(); row++) {
      int at = row;
      table.add(cells.stream().map(column -> column.get(at)).toArray(String[]::new));
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (shown < columns.size()) {
      List<String> rest = columns.subList(shown, columns.size()).stream().map(Text::plain).toList();
      lines.add("");
      lines.add(
          Text.clip(
              "%d more (--columns): %s".formatted(rest.size(), String.join(", ", rest)), WIDTH));
    }
    return lines;
  }

  private static String cell(Found found, String name) {
    ExampleColumn column = found.batch().column(name);
    int row = found.row();
    if (!column.isPresent(row)) {
      return MISSING;
    }
    if (!column.isMultivalent()) {
      return Text.clip(Text.plain(value(column, column.start(row))), WIDEST_CELL);
    }
    StringBuilder values = new StringBuilder("[");
    for (int value = column.start(row); value < column.end(row); value++) {
      values.append(values.length() > 1 ? ", " : "").append(value(column, value));
      if (values.length() > WIDEST_CELL) {
        break;
      }
    }
    return Text.clip(Text.plain(values.append(']').toString()), WIDEST_CELL);
  }

  private static String value(ExampleColumn column, int value) {
    if (column instanceof LongColumn longs) {
      return Long.toString(longs.value(value));
    }
    if (column instanceof FloatColumn floats) {
      return Float.toString(floats.value(value));
    }
    if (column instanceof DoubleColumn doubles) {
      return Double.toString(doubles.value(value));
    }
    BytesColumn bytes = (BytesColumn) column;
    if (column.type() == ColumnType.TEXT) {
      String text = bytes.text(value);
      return MARKS.contains(text) || !text.equals(text.strip()) ? '"' + text + '"' : text;
    }
    byte[] all = bytesOf(bytes, value);
    String hex = HexFormat.of().formatHex(all, 0, Math.min(SHOWN_BYTES, all.length));
    return all.length > SHOWN_BYTES ? "0x%s.. (%d)".formatted(hex, all.length) : "0x" + hex;
  }

  private static byte[] bytesOf(BytesColumn column, int value) {
    int entry = column.entry(value);
    return Arrays.copyOfRange(
        column.data(), column.entryOffsets()[entry], column.entryOffsets()[entry + 1]);
  }
}
