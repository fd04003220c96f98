package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.TokenStatistics;
import java.util.Comparator;
import java.util.List;

/** Everything that statistics tell of one feature. */
final class FeatureDetails {
  private static final int WIDEST_BAR = 40;
  private static final int VALUE_WIDTH = 50;
  private static final int RELATED = 8;
  private static final int PARTS = 10;

  private final Console console;

  FeatureDetails(Console console) {
    this.console = console;
  }

  void print(SplitStatistics statistics) {
    for (FeatureStatistics feature : statistics.features()) {
      Table facts = new Table("FACT", ">VALUE", "");
      common(facts, feature.common());
      feature.match(
          number -> facts(facts, number), text -> facts(facts, text), bytes -> facts(facts, bytes));
      feature
          .common()
          .custom()
          .forEach(one -> facts.add(one.name(), Text.number(one.value()), "of your own"));
      console.line("%s: %s".formatted(Text.plain(feature.name()), feature.type()));
      console.lines(facts.lines().subList(1, facts.lines().size()));
      feature.match(this::drawings, this::drawings, bytes -> true);
      if (feature.common().maxValues() > 1) {
        quantiles("NUMBER OF VALUES", feature.common().valueCounts());
      }
      statistics.findTokens(feature.name()).ifPresent(this::tokens);
      statistics.cross().ifPresent(cross -> relations(cross, feature.name()));
    }
  }

  private static void common(Table facts, CommonStatistics common) {
    facts.add("present", Text.count(common.present()), share(common.present(), common.examples()));
    facts.add("missing", Text.count(common.missing()), share(common.missing(), common.examples()));
    facts.add(
        "values",
        Text.count(common.totalValues()),
        "%s to %s an example, on average %s"
            .formatted(
                Text.count(common.minValues()),
                Text.count(common.maxValues()),
                Text.number(common.meanValues())));
    common
        .weighted()
        .ifPresent(
            twin -> {
              facts.add("present by weight", Text.number(twin.present()), "");
              facts.add("missing by weight", Text.number(twin.missing()), "");
            });
    common
        .semanticDomain()
        .ifPresent(
            domain ->
                facts.add(
                    "meaning",
                    domain.kind().name(),
                    "%s %s".formatted(domain.format(), Text.percent(domain.share())).strip()));
  }

  private static boolean facts(Table facts, NumericFeature feature) {
    long values = feature.common().totalValues();
    facts.add("mean", Text.number(feature.mean()), "");
    facts.add("standard deviation", Text.number(feature.stddev()), "of the population");
    facts.add("min", Text.number(feature.min()), "");
    facts.add("median", Text.number(feature.median()), within(feature.rankError(), "rank"));
    facts.add("max", Text.number(feature.max()), "");
    facts.add("zeros", Text.count(feature.zeros()), share(feature.zeros(), values));
    facts.add("NaN", Text.count(feature.nans()), share(feature.nans(), values));
    facts.add("infinite", Text.count(feature.infinities()), share(feature.infinities(), values));
    facts.add(
        "distinct", Text.count(feature.distinct()), within(feature.distinctError(), "estimated"));
    feature
        .weighted()
        .ifPresent(
            twin -> {
              facts.add("mean by weight", Text.number(twin.mean()), "");
              facts.add("standard deviation by weight", Text.number(twin.stddev()), "");
              facts.add("median by weight", Text.number(twin.median()), "");
            });
    return true;
  }

  private static boolean facts(Table facts, TextFeature feature) {
    facts.add("distinct", Text.count(feature.unique()), within(feature.uniqueError(), "estimated"));
    length(facts, feature.averageLength(), feature.minLength(), feature.maxLength());
    facts.add("not UTF-8", Text.count(feature.invalidUtf8()), "");
    if (feature.frequencyError() > 0) {
      facts.add("counts too low by", Text.count(feature.frequencyError()), "at most");
    }
    return true;
  }

  private static boolean facts(Table facts, BytesFeature feature) {
    facts.add("distinct", Text.count(feature.unique()), within(feature.uniqueError(), "estimated"));
    length(facts, feature.averageLength(), feature.minLength(), feature.maxLength());
    return true;
  }

  private static void length(Table facts, double average, long min, long max) {
    facts.add(
        "average length",
        Text.number(average),
        "bytes, %s to %s".formatted(Text.count(min), Text.count(max)));
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "" : Text.percent((double) part / whole);
  }

  private static String within(double error, String what) {
    return error == 0 ? "exact" : "%s, within %s".formatted(what, Text.percent(error));
  }

  private boolean drawings(NumericFeature feature) {
    List<Bucket> buckets = feature.histogram().buckets();
    double most = buckets.stream().mapToDouble(Bucket::count).max().orElse(0);
    double all = buckets.stream().mapToDouble(Bucket::count).sum();
    Table table = new Table(">FROM", ">TO", ">VALUES", ">SHARE", "");
    for (Bucket bucket : buckets) {
      table.add(
          Text.number(bucket.low()),
          Text.number(bucket.high()),
          Text.count(Math.round(bucket.count())),
          Text.percent(bucket.count() / all),
          bar(bucket.count(), most));
    }
    print(table);
    quantiles("VALUE", feature.quantiles());
    return true;
  }

  private void quantiles(String name, Histogram histogram) {
    List<Bucket> buckets = histogram.buckets();
    if (buckets.size() != PARTS) {
      return;
    }
    Table table = new Table(">QUANTILE", ">" + name);
    table.add("0 %", Text.number(buckets.get(0).low()));
    for (int i = 0; i < PARTS; i++) {
      table.add((i + 1) * 100 / PARTS + " %", Text.number(buckets.get(i).high()));
    }
    print(table);
  }

  private void tokens(TokenStatistics tokens) {
    Table facts = new Table("TOKENS", ">VALUE", "");
    facts.add("tokens", Text.count(tokens.tokens()), "");
    facts.add("coverage", Text.percent(tokens.coverage()), "in the vocabulary");
    facts.add("length", Text.number(tokens.averageLength()), "characters on average");
    facts.add(
        "sequence",
        Text.number(tokens.meanSequence()),
        "tokens on average, %s to %s"
            .formatted(Text.count(tokens.minSequence()), Text.count(tokens.maxSequence())));
    for (TokenStatistics.Reported one : tokens.reported()) {
      facts.add(
          Text.clip("'" + one.token() + "'", VALUE_WIDTH),
          Text.count(one.frequency()),
          "in %s of the examples".formatted(Text.percent(one.fractionOfSequences())));
    }
    print(facts);
    double most = tokens.ranks().stream().mapToDouble(one -> one.count()).max().orElse(0);
    Table table = new Table("TOKEN", ">COUNT", "");
    tokens.ranks().stream()
        .limit(TextFeature.TOP)
        .forEach(
            one ->
                table.add(
                    Text.clip(Text.plain(one.value()), VALUE_WIDTH),
                    Text.count(one.count()),
                    bar(one.count(), most)));
    print(table);
  }

  private boolean drawings(TextFeature feature) {
    double most = feature.top().stream().mapToDouble(one -> one.count()).max().orElse(0);
    Table table = new Table("VALUE", ">COUNT", ">SHARE", "");
    feature
        .top()
        .forEach(
            one ->
                table.add(
                    one.value().isEmpty() ? "''" : Text.clip(Text.plain(one.value()), VALUE_WIDTH),
                    Text.count(one.count()),
                    share(one.count(), feature.common().totalValues()),
                    bar(one.count(), most)));
    print(table);
    return true;
  }

  private void relations(CrossStatistics cross, String feature) {
    Table pairs = new Table("WITH", ">CORRELATION", ">COVARIANCE");
    cross.pairs().stream()
        .filter(pair -> pair.x().equals(feature) || pair.y().equals(feature))
        .sorted(Comparator.comparingDouble(pair -> -Math.abs(pair.correlation())))
        .limit(RELATED)
        .forEach(
            pair ->
                pairs.add(
                    pair.x().equals(feature) ? pair.y() : pair.x(),
                    Text.number(pair.correlation()),
                    Text.number(pair.covariance())));
    print(pairs);
    cross
        .association(feature)
        .ifPresent(
            found -> {
              console.line("");
              console.line(
                  "with the label %s: %s"
                      .formatted(
                          Text.plain(cross.label().orElse("")),
                          found.note().isEmpty()
                              ? "%s bits of mutual information, %s less the bias of chance"
                                  .formatted(
                                      Text.number(found.mutualInformation()),
                                      Text.number(found.adjustedMutualInformation()))
                              : found.note()));
              Table lifts = new Table("LABEL", "VALUE", ">LIFT", ">TIMES");
              found
                  .lifts()
                  .forEach(
                      lift ->
                          lifts.add(
                              Text.clip(Text.plain(lift.label()), VALUE_WIDTH),
                              Text.clip(Text.plain(lift.value()), VALUE_WIDTH),
                              Text.number(lift.lift()),
                              Text.count(lift.count())));
              print(lifts);
            });
  }

  private void print(Table table) {
    if (!table.isEmpty()) {
      console.line("");
      console.lines(table.lines());
    }
  }

  private static String bar(double count, double most) {
    int length = (int) Math.round(WIDEST_BAR * count / most);
    return count > 0 ? "█".repeat(Math.max(1, length)) : "";
  }
}
