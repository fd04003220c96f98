package io.pergola.cli;

import io.pergola.cli.render.Bars;
import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.SplitStatistics;
import java.util.ArrayList;
import java.util.List;

/**
 * The features of a split or slice as one table of at most {@link #WIDTH} columns: numbers with
 * five numbers each, text with its most frequent values in their place.
 */
final class StatisticsTable {
  static final int WIDTH = 120;

  /** How many bars a small histogram has. */
  static final int BARS = 10;

  private static final List<String> NUMBERS = List.of("MIN", "MEDIAN", "MAX", "MEAN", "STD DEV");
  private static final int SHORTEST_NAME = 12;
  private static final int WIDEST_NAME = 60;
  private static final int TEXT_WIDTH = 46;
  private static final int TOP_VALUES = 5;
  private static final String BY_WEIGHT = "  by weight";

  /** A line: five numbers, or a text in place of them. */
  private record Row(
      String name,
      String type,
      String missing,
      String zeros,
      String unique,
      List<String> numbers,
      String text,
      String bars) {}

  private final List<Row> rows = new ArrayList<>();

  private StatisticsTable() {}

  static List<String> lines(SplitStatistics statistics) {
    StatisticsTable table = new StatisticsTable();
    for (FeatureStatistics feature : statistics.features()) {
      feature.match(table::add, table::add, table::add);
    }
    return table.lines();
  }

  private boolean add(NumericFeature feature) {
    long values = feature.common().totalValues();
    rows.add(
        new Row(
            feature.name(),
            feature.type().name(),
            missing(feature.common()),
            values == 0 ? "-" : Text.percent((double) feature.zeros() / values),
            Text.count(feature.distinct()),
            numbers(
                feature.min(), feature.median(), feature.max(), feature.mean(), feature.stddev()),
            "",
            bars(feature.histogram())));
    feature
        .weighted()
        .ifPresent(
            twin ->
                rows.add(
                    new Row(
                        BY_WEIGHT,
                        "",
                        missingByWeight(feature.common()),
                        "",
                        "",
                        numbers(Double.NaN, twin.median(), Double.NaN, twin.mean(), twin.stddev()),
                        "",
                        bars(twin.histogram()))));
    return true;
  }

  private boolean add(TextFeature feature) {
    rows.add(
        new Row(
            feature.name(),
            feature.type().name(),
            missing(feature.common()),
            "",
            Text.count(feature.unique()),
            List.of(),
            String.join(
                ", ",
                feature.top().stream()
                    .limit(TOP_VALUES)
                    .map(one -> share(one.value(), one.count(), feature.common().totalValues()))
                    .toList()),
            bars(feature)));
    feature
        .weighted()
        .ifPresent(
            twin -> {
              double all =
                  feature
                      .common()
                      .weighted()
                      .map(CommonStatistics.Weighted::totalValues)
                      .orElse(0.0);
              rows.add(
                  new Row(
                      BY_WEIGHT,
                      "",
                      missingByWeight(feature.common()),
                      "",
                      "",
                      List.of(),
                      String.join(
                          ", ",
                          twin.top().stream()
                              .limit(TOP_VALUES)
                              .map(one -> share(one.value(), one.weight(), all))
                              .toList()),
                      Bars.of(
                          twin.ranks().stream().limit(BARS).map(one -> one.weight()).toList())));
            });
    return true;
  }

  private boolean add(BytesFeature feature) {
    rows.add(
        new Row(
            feature.name(),
            feature.type().name(),
            missing(feature.common()),
            "",
            Text.count(feature.unique()),
            List.of(),
            "%s bytes on average".formatted(Text.number(feature.averageLength())),
            ""));
    return true;
  }

  private static List<String> numbers(double... values) {
    List<String> texts = new ArrayList<>();
    for (double value : values) {
      texts.add(Text.number(value));
    }
    return texts;
  }

  static String bars(Histogram histogram) {
    return Bars.of(histogram.buckets().stream().map(Histogram.Bucket::count).toList());
  }

  static String bars(TextFeature feature) {
    return Bars.of(
        feature.ranks().stream().limit(BARS).map(value -> (double) value.count()).toList());
  }

  /** A feature's name, no longer than tables show. */
  static String plainName(String name) {
    return Text.clip(Text.plain(name), WIDEST_NAME);
  }

  static String share(String value, double count, double all) {
    return "%s %s".formatted(value.isEmpty() ? "''" : Text.plain(value), Text.percent(count / all));
  }

  static String missing(CommonStatistics common) {
    return common.examples() == 0 ? "-" : Text.percent(1 - common.fractionPresent());
  }

  private static String missingByWeight(CommonStatistics common) {
    return common
        .weighted()
        .filter(twin -> twin.present() + twin.missing() > 0)
        .map(twin -> Text.percent(twin.missing() / (twin.present() + twin.missing())))
        .orElse("-");
  }

  private List<String> lines() {
    List<String> lines = lines(Integer.MAX_VALUE);
    int widest = lines.stream().mapToInt(Text::width).max().orElse(0);
    if (widest <= WIDTH) {
      return lines;
    }
    int name = rows.stream().mapToInt(row -> Text.width(plainName(row.name()))).max().orElse(0);
    return lines(Math.max(SHORTEST_NAME, name - (widest - WIDTH)));
  }

  private List<String> lines(int nameWidth) {
    int[] widths = new int[NUMBERS.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = NUMBERS.get(i).length();
      for (Row row : rows) {
        widths[i] =
            Math.max(widths[i], row.numbers().isEmpty() ? 0 : row.numbers().get(i).length());
      }
    }
    boolean onlyText = rows.stream().allMatch(row -> row.numbers().isEmpty());
    String header = onlyText ? "MOST FREQUENT" : aligned(NUMBERS, widths);
    int width = onlyText ? TEXT_WIDTH : header.length();
    Table table =
        new Table("FEATURE", "TYPE", ">MISSING", ">ZEROS", ">UNIQUE", header, "HISTOGRAM");
    for (Row row : rows) {
      table.add(
          Text.clip(plainName(row.name()), nameWidth),
          row.type(),
          row.missing(),
          row.zeros(),
          row.unique(),
          row.numbers().isEmpty() ? Text.clip(row.text(), width) : aligned(row.numbers(), widths),
          row.bars());
    }
    return table.lines();
  }

  private static String aligned(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : "  ");
      line.append(" ".repeat(widths[i] - cells.get(i).length())).append(cells.get(i));
    }
    return line.toString();
  }
}
