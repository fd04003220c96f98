package io.pergola.cli.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Curves over steps in plain characters. */
public final class Plot {
  private static final String RESET = "\u001b[0m";

  /** Kept for the border and the blank before it. */
  private static final int BORDER = 2;

  private static final int NARROWEST = 10;

  private final int width;
  private final int height;
  private final boolean colour;

  /**
   * A way to plot.
   *
   * @param width columns in all, 40 or more
   * @param height lines of the plot itself, 3 or more
   * @param colour whether marks are coloured, by escape sequences
   */
  public Plot(int width, int height, boolean colour) {
    this.width = width;
    this.height = height;
    this.colour = colour;
  }

  /**
   * A curve.
   *
   * @param mark the character of its points
   * @param ansi the number of its colour, 31 to 36
   * @param steps ascending, above 0
   * @param values as many as steps, finite
   */
  public record Series(String name, char mark, int ansi, List<Integer> steps, List<Double> values) {
    public Series {
      steps = List.copyOf(steps);
      values = List.copyOf(values);
    }
  }

  /**
   * A heading with the legend, the plot, and the steps below; nothing if no curve has a value. A
   * column that several values fall into shows their mean; a later curve stands before an earlier.
   */
  public List<String> lines(String title, List<Series> all) {
    List<Series> series = all.stream().filter(one -> !one.steps().isEmpty()).toList();
    if (series.isEmpty()) {
      return List.of();
    }
    double[] values =
        series.stream()
            .flatMap(one -> one.values().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    double low = Arrays.stream(values).min().orElseThrow();
    double high = Arrays.stream(values).max().orElseThrow();
    int last =
        series.stream()
            .mapToInt(one -> one.steps().get(one.steps().size() - 1))
            .max()
            .orElseThrow();
    String top = Text.number(high);
    String bottom = low == high ? "" : Text.number(low);
    String middle = low == high ? "" : Text.number((low + high) / 2);
    int labels = Math.max(top.length(), Math.max(bottom.length(), middle.length()));
    int columns = Math.max(NARROWEST, width - labels - BORDER);
    int[][] marks = marks(series, low, high, last, columns);
    List<String> lines = new ArrayList<>();
    lines.add(heading(title, series));
    for (int row = 0; row < height; row++) {
      String label = row == 0 ? top : row == height - 1 ? bottom : row == height / 2 ? middle : "";
      lines.add(" ".repeat(labels - label.length()) + label + " │" + row(marks[row], series));
    }
    lines.add(" ".repeat(labels + 1) + "└" + "─".repeat(columns));
    String end = "step " + Text.count(last);
    lines.add(" ".repeat(Math.max(0, labels + BORDER + columns - end.length())) + end);
    return lines;
  }

  private String heading(String title, List<Series> series) {
    StringBuilder heading = new StringBuilder(Text.plain(title));
    for (Series one : series) {
      heading.append("  ").append(coloured(String.valueOf(one.mark()), one));
      heading.append(' ').append(Text.plain(one.name()));
    }
    return heading.toString();
  }

  /** For each row and column the number of the curve that is seen there, from 1; 0 for none. */
  private int[][] marks(List<Series> series, double low, double high, int last, int columns) {
    int[][] marks = new int[height][columns];
    for (int s = 0; s < series.size(); s++) {
      double[] sums = new double[columns];
      int[] counts = new int[columns];
      for (int i = 0; i < series.get(s).steps().size(); i++) {
        long column = (long) series.get(s).steps().get(i) * (columns - 1) / Math.max(1, last);
        sums[(int) column] += series.get(s).values().get(i);
        counts[(int) column]++;
      }
      for (int column = 0; column < columns; column++) {
        if (counts[column] > 0) {
          double share = low == high ? 1 : (sums[column] / counts[column] - low) / (high - low);
          int row = (int) Math.round((1 - share) * (height - 1));
          marks[Math.max(0, Math.min(height - 1, row))][column] = s + 1;
        }
      }
    }
    return marks;
  }

  private String row(int[] marks, List<Series> series) {
    StringBuilder row = new StringBuilder();
    for (int mark : marks) {
      row.append(
          mark == 0
              ? " "
              : coloured(String.valueOf(series.get(mark - 1).mark()), series.get(mark - 1)));
    }
    return row.toString().stripTrailing();
  }

  private String coloured(String text, Series series) {
    return colour ? String.format(Locale.ROOT, "\u001b[%dm%s%s", series.ansi(), text, RESET) : text;
  }
}
