package io.pergola.cli.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table with a header line; columns as wide as their content is in a terminal. */
public final class Table {
  private static final int WIDEST = 60;
  private static final String GAP = "  ";

  private final List<String> header;
  private final boolean[] right;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param header the names of the columns; a {@code >} before one aligns it to the right
   */
  public Table(String... header) {
    this.right = new boolean[header.length];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < header.length; i++) {
      right[i] = header[i].startsWith(">");
      names.add(right[i] ? header[i].substring(1) : header[i]);
    }
    this.header = List.copyOf(names);
  }

  /** Adds a row; cells are made safe to show and cut where they are very long. */
  public void add(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "Invalid row: %d cells (%d columns)".formatted(cells.length, header.size()));
    }
    rows.add(Arrays.stream(cells).map(cell -> Text.clip(Text.plain(cell), WIDEST)).toList());
  }

  /** Whether there are no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The lines of the table, the header first. */
  public List<String> lines() {
    int[] widths = new int[header.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Text.width(header.get(i));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], Text.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(header, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String pad = " ".repeat(widths[i] - Text.width(cells.get(i)));
      line.append(i == 0 ? "" : GAP);
      line.append(right[i] ? pad + cells.get(i) : cells.get(i) + pad);
    }
    return line.toString().stripTrailing();
  }
}
