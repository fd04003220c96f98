package io.pergola.benchmarks.transform;

import com.sun.management.ThreadMXBean;
import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.IdList;
import io.pergola.feature.Ids;
import io.pergola.feature.Numeric;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.PreparedPlan;
import io.pergola.transform.Terms;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What the features of one row cost: microseconds (median and 99th percentile) and bytes allocated,
 * with a prepared plan and with a map of values, for trips of taxis (15 raw columns, 16 features)
 * and for a sentence of twelve words made a sequence.
 */
public final class SingleRow {
  private static final int ROWS = 200_000;
  private static final String SENTENCE =
      "the driver was friendly and the way to the airport was short";

  private SingleRow() {}

  /** Runs it; arguments are not looked at. */
  public static void main(String[] args) {
    System.out.printf(Locale.ROOT, "%-28s %10s %10s %12s%n", "", "p50 us", "p99 us", "bytes/row");
    FittedPlan trips = trips();
    PreparedPlan prepared = trips.prepare();
    PreparedPlan.Row row = prepared.row();
    int[] numbers = IntStream.range(0, 10).map(i -> prepared.column("number_" + i)).toArray();
    int hour = prepared.column("hour");
    int zone = prepared.column("zone");
    int company = prepared.column("company");
    int payment = prepared.column("payment");
    String[] companies = {"Blue Ribbon Taxi", "Flash Cab", "Taxi Affiliation Services"};
    measure(
        "trip, prepared",
        i -> {
          row.clear();
          for (int n = 0; n < numbers.length; n++) {
            row.put(numbers[n], i * 0.25 + n);
          }
          row.put(hour, (long) (i % 24)).put(zone, (long) (i % 77));
          row.put(company, companies[i % companies.length]).put(payment, "Credit Card");
          return row.apply().dense()[0];
        });
    measure(
        "trip, map",
        i ->
            trips
                .apply(
                    Map.of(
                        "number_0",
                        i * 0.25,
                        "number_1",
                        i * 0.25,
                        "number_2",
                        i * 0.25,
                        "hour",
                        i % 24,
                        "zone",
                        i % 77,
                        "company",
                        companies[i % companies.length],
                        "payment",
                        "Credit Card"))
                .size());
    FittedPlan reviews = reviews();
    PreparedPlan preparedReviews = reviews.prepare();
    PreparedPlan.Row review = preparedReviews.row();
    int text = preparedReviews.column("text");
    measure(
        "sentence, prepared", i -> review.clear().put(text, SENTENCE).apply().sequences()[0][0]);
  }

  private interface OneRow {
    float of(int i);
  }

  private static void measure(String name, OneRow row) {
    float sum = 0;
    for (int i = 0; i < ROWS; i++) {
      sum += row.of(i);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] nanos = new long[ROWS];
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < ROWS; i++) {
      long start = System.nanoTime();
      sum += row.of(i);
      nanos[i] = System.nanoTime() - start;
    }
    double bytes = (threads.getThreadAllocatedBytes(thread) - before) / (double) ROWS;
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%-28s %10.2f %10.2f %12.1f%s%n",
        name,
        nanos[ROWS / 2] / 1e3,
        nanos[ROWS / 100 * 99] / 1e3,
        bytes,
        // So that nothing is optimised away.
        Float.isNaN(sum) ? " " : "");
  }

  private static FittedPlan trips() {
    Columns<Row> trip = Columns.of();
    Numeric[] numbers =
        IntStream.range(0, 10)
            .mapToObj(i -> trip.number(Column.number("number_" + i)).orElse(0))
            .toArray(Numeric[]::new);
    Features features = Features.of();
    for (int i = 0; i < 6; i++) {
      features.dense(numbers[i].zScore().as("f" + i));
    }
    features.dense(numbers[6].log1p().as("f6"), numbers[7].dividedBy(numbers[8]).as("f7"));
    Numeric hour = trip.number(Column.number("hour"));
    FeaturePlan plan =
        features
            .categorical(
                hour.identity(24),
                trip.number(Column.number("zone")).identity(78),
                trip.text(Column.text("company")).orElse("").vocabulary(1_000, 10),
                trip.text(Column.text("payment")).hash(100),
                numbers[9].bucketize(10).as("bucket"),
                hour.identity(24).cross(trip.text(Column.text("payment"))).hash(1_000).as("cross"),
                numbers[0].buckets(1, 10, 100).as("own"),
                trip.number(Column.number("zone")).hash(50).as("hashed"))
            .unlabelled();
    List<Fitted> fitted = new ArrayList<>();
    plan.dense()
        .values()
        .forEach(
            e -> {
              if (e instanceof Expr.ZScore zScore) {
                fitted.add(new Fitted.ZScore(zScore, 1_000, 11.5f, 10));
              }
            });
    fitted.add(
        new Fitted.Vocabulary(
            (Expr.Vocabulary) Objects.requireNonNull(plan.categorical().get("company")),
            1_000,
            Terms.of(
                IntStream.range(0, 1_000)
                    .mapToObj(i -> i == 7 ? "Flash Cab" : "Company " + i)
                    .toArray(String[]::new))));
    fitted.add(
        new Fitted.Bucketize(
            (Expr.Bucketize) Objects.requireNonNull(plan.categorical().get("bucket")),
            1_000,
            List.of(1f, 2f, 3f, 5f, 8f)));
    return FittedPlan.of(plan, fitted);
  }

  private static FittedPlan reviews() {
    Ids ids = Columns.<Row>of().text(Column.text("text")).lower().tokenize().vocabulary(10_000, 1);
    return FittedPlan.of(
        Features.of().sequence(ids.padTo(20)).unlabelled(),
        List.of(
            new Fitted.TokenVocabulary(
                (IdList.Vocabulary) ids.expr(),
                100_000,
                Terms.of(
                    IntStream.range(0, 9_999)
                        .mapToObj(i -> i == 3 ? "airport" : "word" + i)
                        .toArray(String[]::new)))));
  }
}
