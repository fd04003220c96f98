package io.pergola.training.page;

import io.pergola.training.TrainingCurves.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Curves over steps as SVG. */
final class CurveChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 260;
  private static final int LEFT = 62;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 34;
  private static final int TICKS = 5;

  /** A curve is drawn with a mark a value where it has fewer than this. */
  private static final int MARKED = 60;

  /**
   * A line of a chart.
   *
   * @param kind {@code a} or {@code b}, as the style has it
   */
  record Line(String name, String kind, Curve curve) {}

  private final double lastStep;
  private final double low;
  private final double high;

  private CurveChart(double lastStep, double low, double high) {
    this.lastStep = lastStep;
    this.low = low;
    this.high = high;
  }

  /**
   * A figure with its caption and legend; empty text if no line has a value.
   *
   * @param keptStep where a rule stands; 0 for none
   */
  static String svg(String title, int keptStep, List<Line> all) {
    List<Line> lines = all.stream().filter(line -> !line.curve().steps().isEmpty()).toList();
    if (lines.isEmpty()) {
      return "";
    }
    List<Double> values = lines.stream().flatMap(line -> line.curve().values().stream()).toList();
    double min = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double max = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double pad = max > min ? (max - min) / 20 : Math.max(Math.abs(max), 1e-6) / 2;
    int last =
        lines.stream()
            .flatMap(line -> line.curve().steps().stream())
            .mapToInt(Integer::intValue)
            .max()
            .orElseThrow();
    CurveChart chart = new CurveChart(Math.max(1, last), min - pad, max + pad);
    StringBuilder svg = new StringBuilder("<figure>\n<figcaption>");
    svg.append(Page.escaped(title));
    for (Line line : lines) {
      svg.append(
          " <span class=\"key key-%s\">%s</span>"
              .formatted(line.kind(), Page.escaped(line.name())));
    }
    if (keptStep > 0) {
      svg.append(" <span class=\"key key-kept\">step kept</span>");
    }
    svg.append("</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, HEIGHT));
    svg.append("<title>%s over steps</title>\n".formatted(Page.escaped(title)));
    chart.axes(svg);
    if (keptStep > 0) {
      chart.kept(svg, keptStep);
    }
    lines.forEach(line -> chart.line(svg, line));
    return svg.append("</svg>\n</figure>\n").toString();
  }

  private void axes(StringBuilder svg) {
    for (double tick : ticks(low, high)) {
      svg.append(text("<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y(tick), WIDTH - RIGHT));
      svg.append(
          text(
              "<text class=\"end\" x=\"%d\" y=\"%.1f\">%s</text>\n",
              LEFT - 6, y(tick) + 4, number(tick)));
    }
    for (double tick : ticks(0, lastStep)) {
      svg.append(
          text(
              "<text class=\"middle\" x=\"%.1f\" y=\"%d\">%,d</text>\n",
              x(tick), HEIGHT - BOTTOM + 17, Math.round(tick)));
    }
    svg.append(text("<path class=\"axis\" d=\"M%d %dV%d", LEFT, TOP, HEIGHT - BOTTOM));
    svg.append(text("H%d\"/>\n", WIDTH - RIGHT));
    svg.append(
        text("<text class=\"end\" x=\"%d\" y=\"%d\">step</text>\n", WIDTH - RIGHT, HEIGHT - 3));
  }

  private void kept(StringBuilder svg, int step) {
    svg.append(
        text(
            "<path class=\"kept\" d=\"M%.1f %dV%d\"><title>step %,d was kept</title></path>\n",
            x(Math.min(step, lastStep)), TOP, HEIGHT - BOTTOM, step));
  }

  private void line(StringBuilder svg, Line line) {
    Curve curve = line.curve();
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < curve.steps().size(); i++) {
      path.append(
          text(
              "%s%.1f %.1f",
              i == 0 ? "M" : "L", x(curve.steps().get(i)), y(curve.values().get(i))));
    }
    svg.append("<path class=\"line-%s\" d=\"%s\"/>\n".formatted(line.kind(), path));
    String mark = curve.steps().size() < MARKED ? "mark-" + line.kind() : "hover";
    for (int i = 0; i < curve.steps().size(); i++) {
      svg.append(
          text(
              "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s, step %,d:"
                  + " %s</title></circle>\n",
              mark,
              x(curve.steps().get(i)),
              y(curve.values().get(i)),
              Page.escaped(line.name()),
              curve.steps().get(i),
              number(curve.values().get(i))));
    }
  }

  private double x(double step) {
    return LEFT + step / lastStep * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM);
  }

  /** Multiples of 1, 2 or 5 times a power of ten, about {@value #TICKS} of them, ascending. */
  static List<Double> ticks(double from, double to) {
    double rough = (to - from) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Five significant digits or fewer, without zeros at the end: {@code 0.25}, {@code 1.25e-05}. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    int whole = size < 1 ? 0 : (int) Math.log10(size) + 1;
    String text =
        String.format(Locale.ROOT, "%." + Math.max(0, Math.min(6, 5 - whole)) + "f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
