package io.pergola.training;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Made-up examples: two numbers and two ids, of which a label is a known function, so that what a
 * network can reach is known too.
 */
final class Rides {
  private static final Columns<Object> COLUMNS = Columns.of();
  private static final int COMPANIES = 20;
  private static final int HOURS = 24;

  /** What is to be learnt. */
  enum Target {
    /** Whether {@code x} and {@code y} have the same sign: no linear model beats chance. */
    XOR,
    /** Whether the company's number is even or missing: needs one weight for each id. */
    EVEN_COMPANY,
    /** {@code 2 x - y + company / 10}. */
    SUM,
    /** A quarter of the hour of the day: 0..3. */
    QUARTER
  }

  private Rides() {}

  static FeaturePlan plan(Target target) {
    Features features =
        Features.of()
            .dense(
                COLUMNS.number(Column.number("x")).orElse(0),
                COLUMNS.number(Column.number("y")).orElse(0))
            .categorical(
                COLUMNS.number(Column.number("company")).identity(COMPANIES),
                COLUMNS.number(Column.number("hour")).identity(HOURS));
    return switch (target) {
      case XOR, EVEN_COMPANY ->
          features.label(COLUMNS.number(Column.number("label")).greaterThan(0.5));
      case SUM -> features.label(COLUMNS.number(Column.number("label")));
      case QUARTER -> features.label(COLUMNS.number(Column.number("label")).identity(4));
    };
  }

  /** Writes {@code rows} examples for training, a quarter as many for evaluation, and the plan. */
  static Path write(Path folder, Target target, int rows) throws IOException {
    FittedPlan plan = FittedPlan.of(plan(target), List.of());
    Path graph = Files.createDirectories(folder.resolve("graph"));
    plan.write(graph);
    writeSplit(folder, plan, "train", raw(target, rows, 1));
    writeSplit(folder, plan, "eval", raw(target, rows / 4, 2));
    return folder;
  }

  /** Adds a file of examples to a split. */
  static void writeSplit(Path folder, FittedPlan plan, String split, ExampleBatch raw)
      throws IOException {
    Path examples = folder.resolve("examples");
    Files.createDirectories(examples.resolve(split));
    int part = (int) Files.list(examples.resolve(split)).count();
    ExampleBatch transformed = plan.apply(raw);
    try (ExampleFileWriter file =
        ExampleFileWriter.open(
            ExampleFiles.partFile(examples, split, part), transformed.schema())) {
      file.write(transformed);
    }
  }

  /**
   * Writes the same examples twice, as they are and transformed, in files of {@code rowsOfFile}.
   */
  static void writeBoth(Path folder, Target target, int rows, int rowsOfFile) throws IOException {
    FittedPlan plan = FittedPlan.of(plan(target), List.of());
    plan.write(Files.createDirectories(folder.resolve("graph")));
    writeBoth(folder, plan, "train", raw(target, rows, 1), rowsOfFile);
    writeBoth(folder, plan, "eval", raw(target, rows / 4, 2), rowsOfFile);
  }

  private static void writeBoth(
      Path folder, FittedPlan plan, String split, ExampleBatch raw, int rowsOfFile)
      throws IOException {
    for (int from = 0, part = 0; from < raw.rows(); from += rowsOfFile, part++) {
      int to = Math.min(raw.rows(), from + rowsOfFile);
      ExampleBatch some = raw.select(IntStream.range(from, to).toArray());
      writeSplit(folder, plan, split, some);
      Path path = ExampleFiles.partFile(folder.resolve("raw"), split, part);
      try (ExampleFileWriter file = ExampleFileWriter.open(path, raw.schema())) {
        file.write(some);
      }
    }
  }

  /** Raw examples; every tenth company is missing, and every twentieth label. */
  static ExampleBatch raw(Target target, int rows, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    float[] y = new float[rows];
    long[] company = new long[rows];
    long[] hour = new long[rows];
    float[] label = new float[rows];
    BitSet hasCompany = new BitSet(rows);
    BitSet hasLabel = new BitSet(rows);
    for (int i = 0; i < rows; i++) {
      x[i] = (float) random.nextGaussian();
      y[i] = (float) random.nextGaussian();
      company[i] = random.nextInt(COMPANIES);
      hour[i] = random.nextInt(HOURS);
      hasCompany.set(i, i % 10 != 0);
      hasLabel.set(i, i % 20 != 7);
      boolean even = i % 10 == 0 || company[i] % 2 == 0;
      label[i] =
          switch (target) {
            case XOR -> x[i] * y[i] > 0 ? 1 : 0;
            case EVEN_COMPANY -> even ? 1 : 0;
            case SUM -> 2 * x[i] - y[i] + (i % 10 == 0 ? 0 : company[i] / 10f);
            case QUARTER -> hour[i] / 6;
          };
    }
    List<ExampleColumn> columns =
        List.of(
            FloatColumn.of("x", x, null),
            FloatColumn.of("y", y, null),
            LongColumn.of("company", company, ExampleColumn.presenceOf(hasCompany, rows)),
            LongColumn.of("hour", hour, null),
            FloatColumn.of("label", label, ExampleColumn.presenceOf(hasLabel, rows)));
    return ExampleBatch.of(rows, columns);
  }

  /** One raw example without a label. */
  static ExampleBatch unlabelled() {
    BitSet none = new BitSet();
    return ExampleBatch.of(
        1,
        List.of(
            FloatColumn.of("x", new float[] {1}, null),
            FloatColumn.of("y", new float[] {1}, null),
            LongColumn.of("company", new long[] {1}, null),
            LongColumn.of("hour", new long[] {1}, null),
            FloatColumn.of("label", new float[1], ExampleColumn.presenceOf(none, 1))));
  }
}
