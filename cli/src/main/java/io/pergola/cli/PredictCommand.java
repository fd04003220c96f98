package io.pergola.cli;

import io.pergola.beam.ExampleBatch;
import io.pergola.cli.render.Text;
import io.pergola.examplegen.CsvRows;
import io.pergola.examplegen.InputException;
import io.pergola.model.Predictions;
import io.pergola.model.Servable;
import io.pergola.model.Signature;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts from raw rows. */
@Command(
    name = "predict",
    description = "Predict from raw rows with a model.",
    footer = {
      "",
      "  pergola predict --row='{\"fare\": 12.5, \"company\": \"Blue\"}'",
      "  pergola predict 7 --csv=trips.csv --output=predictions.csv"
    })
final class PredictCommand implements Callable<Integer> {
  private static final String TYPE = "Model";

  /** Rows read, predicted and written at a time. */
  private static final int BATCH = 8_192;

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin CodeOption code = new CodeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model's id, directory or URI, or the id of its run. Default: the newest")
  @Nullable String model;

  @ArgGroup(multiplicity = "1")
  Rows rows = new Rows();

  /** Where rows come from. */
  static final class Rows {
    @Option(
        names = "--row",
        paramLabel = "JSON",
        description = "One row: an object of raw columns. What it leaves out is missing.")
    @Nullable String row;

    @Option(
        names = "--csv",
        paramLabel = "FILE",
        description = "A CSV file with a header line. An empty cell is missing.")
    @Nullable Path csv;
  }

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write predictions there: JSON lines if it ends in .jsonl, otherwise CSV.")
  @Nullable Path output;

  @Option(names = "--json", description = "Print JSON: an object a row.")
  boolean json;

  @Option(names = "--full", description = "Predict with full.onnx alone, as other languages do.")
  boolean full;

  PredictCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    code.use();
    Path directory = directory();
    try (Servable servable = full ? Servable.openFull(directory) : Servable.open(directory)) {
      PredictionText text = PredictionText.of(servable);
      Path csv = rows.csv;
      if (csv == null) {
        ofRow(servable, text);
      } else if (output == null) {
        ofCsv(servable, text, csv, console.out());
      } else {
        toFile(servable, text, csv, output);
      }
    }
    return ExitCode.OK.code();
  }

  private void ofRow(Servable servable, PredictionText text) throws IOException {
    Map<String, @Nullable Object> values = RowJson.read(Objects.requireNonNull(rows.row));
    ExampleBatch batch = RawRows.one(values, servable.signature().inputs());
    Predictions predictions;
    try {
      predictions = servable.predict(batch);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Path file = output;
    if (file != null) {
      try (PrintWriter out = writer(file)) {
        write(text, predictions, row -> 1, out, isJson(file));
      }
      console.line("1 prediction in " + file);
    } else if (json) {
      console.line(text.json(predictions, 0));
    } else {
      console.lines(text.table(predictions, 0));
    }
    Set<String> ignored = new TreeSet<>(values.keySet());
    servable.signature().inputs().forEach(input -> ignored.remove(input.name()));
    servable.signature().labelInputs().forEach(input -> ignored.remove(input.name()));
    if (!ignored.isEmpty() && !json) {
      console.line("");
      console.line(
          "Not read by the model: "
              + ignored.stream().map(Text::plain).collect(Collectors.joining(", ")));
    }
  }

  private void toFile(Servable servable, PredictionText text, Path csv, Path file)
      throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      long count;
      try (PrintWriter out = writer(temporary)) {
        count = ofCsv(servable, text, csv, out, isJson(file));
        if (out.checkError()) {
          throw new IOException(
              "Cannot write %s. Check the space that is left and who may write there."
                  .formatted(file));
        }
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      console.line("%s predictions in %s".formatted(Text.count(count), file));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void ofCsv(Servable servable, PredictionText text, Path csv, PrintWriter out)
      throws IOException {
    ofCsv(servable, text, csv, out, json);
    out.flush();
  }

  private static long ofCsv(
      Servable servable, PredictionText text, Path csv, PrintWriter out, boolean asJson)
      throws IOException {
    requireFile(csv);
    Set<String> numbers = new TreeSet<>();
    Set<String> texts = new TreeSet<>();
    for (Signature.Input input : servable.signature().inputs()) {
      if (input.type() == FittedPlan.Kind.NUMBERS || input.type() == FittedPlan.Kind.TEXTS) {
        throw new UsageException(
            "Cannot predict from %s: the model takes lists of column '%s', and a cell holds one value. Give rows one by one: --row."
                .formatted(csv, input.name()));
      }
      (input.type() == FittedPlan.Kind.NUMBER ? numbers : texts).add(input.name());
    }
    long count = 0;
    try (CsvRows reader = CsvRows.open(csv, numbers, texts)) {
      if (!asJson) {
        out.print(text.header());
        out.print('\n');
      }
      for (Optional<ExampleBatch> batch = reader.next(BATCH);
          batch.isPresent();
          batch = reader.next(BATCH)) {
        Predictions predictions = predict(servable, batch.get(), csv, reader);
        write(text, predictions, reader::line, out, asJson);
        count += predictions.rows();
      }
    } catch (InputException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return count;
  }

  /** Predicts; of a batch that is refused, the first row that is names the line. */
  private static Predictions predict(
      Servable servable, ExampleBatch batch, Path csv, CsvRows reader) {
    try {
      return servable.predict(batch);
    } catch (IllegalArgumentException | IllegalStateException e) {
      for (int row = 0; row < batch.rows(); row++) {
        try {
          servable.predict(batch.select(new int[] {row}));
        } catch (IllegalArgumentException | IllegalStateException ofRow) {
          throw new UsageException(
              "Cannot predict %s line %d: %s".formatted(csv, reader.line(row), ofRow.getMessage()));
        }
      }
      throw e;
    }
  }

  /** The line of a row. */
  private interface Lines {
    long of(int row);
  }

  private static void write(
      PredictionText text, Predictions predictions, Lines lines, PrintWriter out, boolean asJson) {
    for (int row = 0; row < predictions.rows(); row++) {
      out.print(
          asJson
              ? text.json(predictions, row, lines.of(row))
              : text.csv(predictions, row, lines.of(row)));
      out.print('\n');
    }
  }

  private boolean isJson(Path file) {
    String name = String.valueOf(file.getFileName());
    return json || name.endsWith(".jsonl") || name.endsWith(".json");
  }

  private static PrintWriter writer(Path file) throws IOException {
    return new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
  }

  private static void requireFile(Path csv) {
    if (!Files.isRegularFile(csv)) {
      throw new UsageException(
          "Cannot read %s: there is no such file. Give a CSV file with a header line."
              .formatted(csv));
    }
  }

  private Path directory() {
    return ArtifactArgument.directoryOrOfRun(
        model,
        home,
        TYPE,
        Signature.FILE,
        "Cannot predict with run %s: it has no model. List models: pergola artifacts --type=Model.");
  }
}
