package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.ExportedExamples;
import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesExportTest {
  private static final Channel<Examples<Row>> IN = channel("examples", Examples.class);
  private static final Channel<ExportedExamples> OUT = channel("exported", ExportedExamples.class);

  @TempDir Path folder;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <A extends Artifact> Channel<A> channel(String name, Class<?> type) {
    return (Channel<A>) new Channel("node", name, type);
  }

  private record Both(Path in, Path out, Execution execution) implements Artifacts {
    @Override
    @SuppressWarnings("unchecked")
    public <A extends Artifact> A of(Channel<A> channel) {
      return (A) (channel.equals(OUT) ? new ExportedExamples(out) : new Examples<Row>(in));
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.empty();
    }
  }

  private Path export(ExamplesExport<Row> export, Path examples) throws IOException {
    Path out = Files.createDirectories(folder.resolve("exported-" + export.format()));
    Pipeline beam = Pipeline.create();
    export.expand(beam, new Both(examples, out, new FakeExecution("export")), OUT);
    beam.run().waitUntilFinish();
    return out;
  }

  /** One format: how it is written, and read again. */
  record Format(
      String name,
      Function<ExamplesExport.Of<Row>, ExamplesExport<Row>> export,
      Function<Path, FileExampleGen<Row, ?>> read) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Format AVRO =
      new Format("avro", ExamplesExport.Of::toAvro, AvroExampleGen.untyped()::from);
  private static final Format PARQUET =
      new Format("parquet", ExamplesExport.Of::toParquet, ParquetExampleGen.untyped()::from);
  private static final Format TFRECORD =
      new Format("tfrecord", ExamplesExport.Of::toTfRecord, TfRecordExampleGen.untyped()::from);
  private static final Format CSV =
      new Format("csv", ExamplesExport.Of::toCsv, CsvExampleGen.untyped()::from);

  static List<Format> formats() {
    return List.of(CSV, AVRO, PARQUET, TFRECORD);
  }

  static List<Format> formatsWithLists() {
    return List.of(AVRO, PARQUET, TFRECORD);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void theRealTripsComeBackAsTheyWere(Format format) throws IOException {
    Runs trips =
        Runs.of(
            CsvExampleGen.untyped().from(SampleData.file("chicago-taxi/trips.csv")),
            folder.resolve("trips"),
            2);
    Path exported = export(format.export().apply(ExamplesExport.of(IN)), trips.folder());
    Runs again =
        Runs.of(
            format
                .read()
                .apply(exported)
                .splits(SplitPath.of("train", "train"), SplitPath.of("eval", "eval")),
            folder.resolve("again"),
            2);
    for (String split : List.of("train", "eval")) {
      assertThat(sortedCells(again, split)).isEqualTo(sortedCells(trips, split)).isNotEmpty();
    }
    assertThat(ExampleFiles.schema(again.folder()).columns())
        .containsExactlyInAnyOrderElementsOf(ExampleFiles.schema(trips.folder()).columns());
  }

  /**
   * Rows in their order, each with its cells by name: formats may have columns in another order.
   */
  private static List<List<String>> sortedCells(Runs run, String split) {
    return run.texts(split).stream()
        .map(row -> List.of(row.substring(1, row.length() - 1).split(", ")))
        .map(cells -> cells.stream().sorted().toList())
        .toList();
  }

  private static final ExampleSchema LISTS =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("id", ColumnType.INT),
              new ExampleSchema.Field("numbers", ColumnType.FLOAT, true),
              ExampleSchema.Field.of("text", ColumnType.TEXT),
              new ExampleSchema.Field("wholes", ColumnType.INT, true),
              new ExampleSchema.Field("words", ColumnType.TEXT, true)));

  private Path lists() throws IOException {
    ExampleBatchBuilder rows = new ExampleBatchBuilder(LISTS);
    for (int i = 0; i < 4; i++) {
      rows.putLong(0, i == 0 ? Long.MIN_VALUE : i);
      if (i == 1) {
        rows.putEmpty(1);
        rows.putEmpty(3);
        rows.putEmpty(4);
        rows.putText(2, "");
      } else if (i > 1) {
        for (int k = 0; k < i; k++) {
          rows.putFloat(1, k == 0 ? Float.NaN : k == 1 ? -0.0f : Float.MIN_VALUE);
          rows.putLong(3, -k);
          rows.putText(4, "w\u00f6rd, \"" + k + "\"\n");
        }
        rows.putText(2, "a,b");
      }
      rows.endRow();
    }
    Path examples = folder.resolve("lists");
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, "all", 0), LISTS)) {
      writer.write(rows.build());
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("formatsWithLists")
  void missingEmptyAndPresentAreToldApart(Format format) throws IOException {
    Path exported = export(format.export().apply(ExamplesExport.of(IN)), lists());
    Runs again =
        Runs.of(
            format.read().apply(exported).splits(Split.of("all", 1)), folder.resolve("again"), 1);
    assertThat(ExampleFiles.schema(again.folder()).columns())
        .containsExactlyInAnyOrderElementsOf(LISTS.columns());
    String word = "w\u00f6rd, \"%d\"\n";
    assertThat(again.texts("all"))
        .containsExactly(
            "{id=-9223372036854775808}",
            "{id=1, numbers=[], text=, wholes=[], words=[]}",
            "{id=2, numbers=[NaN, -0.0], text=a,b, wholes=[0, -1], words=[%s, %s]}"
                .formatted(word.formatted(0), word.formatted(1)),
            "{id=3, numbers=[NaN, -0.0, 1.4E-45], text=a,b, wholes=[0, -1, -2], words=[%s, %s, %s]}"
                .formatted(word.formatted(0), word.formatted(1), word.formatted(2)));
  }

  @Test
  void csvTellsTheEmptyStringFromMissingAndQuotesWhatNeedsIt() throws IOException {
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                ExampleSchema.Field.of("a,b", ColumnType.TEXT),
                ExampleSchema.Field.of("x", ColumnType.DOUBLE)));
    ExampleBatchBuilder rows = new ExampleBatchBuilder(schema);
    for (String text : List.of("", "say \"hi\"", "two\nlines", "plain")) {
      rows.putText(0, text);
      rows.putDouble(1, text.isEmpty() ? Double.NEGATIVE_INFINITY : 0.1);
      rows.endRow();
    }
    rows.endRow();
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(folder.resolve("in"), "all", 0), schema)) {
      writer.write(rows.build());
    }
    Path exported = export(ExamplesExport.of(IN).toCsv(), folder.resolve("in"));
    assertThat(exported.resolve("all/part-00000.csv"))
        .hasContent(
            """
            "a,b",x
            "",-Infinity
            "say ""hi\""",0.1
            "two
            lines",0.1
            plain,0.1
            ,
            """);
  }

  @Test
  void avroHasTheSameBytesEachTime() throws IOException {
    ExampleBatchBuilder rows = new ExampleBatchBuilder(LISTS);
    rows.endRow();
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(folder.resolve("in"), "all", 0), LISTS)) {
      writer.write(rows.build());
    }
    Path file =
        export(ExamplesExport.of(IN).toAvro(), folder.resolve("in")).resolve("all/part-00000.avro");
    byte[] first = Files.readAllBytes(file);
    export(ExamplesExport.of(IN).toAvro(), folder.resolve("in"));
    assertThat(file).hasBinaryContent(first);
  }

  @Test
  void anEmptySplitIsAFileThatReadersUnderstand() throws IOException {
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(folder.resolve("in"), "eval", 0), LISTS)) {
      writer.write(new ExampleBatchBuilder(LISTS).build());
    }
    Path exported = export(ExamplesExport.of(IN).toAvro(), folder.resolve("in"));
    Runs again = Runs.of(AvroExampleGen.untyped().from(exported), folder.resolve("again"), 1);
    assertThat(again.rows("train") + again.rows("eval")).isZero();
    assertThat(ExampleFiles.schema(again.folder())).isEqualTo(LISTS);
  }

  @Test
  void whatAFormatCannotSayIsRefusedWithAllColumns() throws IOException {
    Path examples = folder.resolve("in");
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                ExampleSchema.Field.of("trip miles", ColumnType.DOUBLE),
                ExampleSchema.Field.of("image", ColumnType.BYTES),
                new ExampleSchema.Field("tags", ColumnType.TEXT, true)));
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, "all", 0), schema)) {
      writer.write(new ExampleBatchBuilder(schema).build());
    }
    assertThatThrownBy(() -> export(ExamplesExport.of(IN).toCsv(), examples))
        .hasMessage(
            "Cannot export examples to files named *.csv: 'image' is BYTES, and a cell is text; 'tags' has any number of values an example, and a cell has one. Export them to Parquet, or leave the columns out.");
    assertThatThrownBy(() -> export(ExamplesExport.of(IN).toTfRecord(), examples))
        .hasMessageContaining(
            "'trip miles' is DOUBLE, and tf.train.Example has numbers of 32 bits.");
    assertThatThrownBy(() -> export(ExamplesExport.of(IN).toAvro(), examples))
        .hasMessageContaining("'trip miles' is no name in Avro (letters, digits and _).");
  }

  @Test
  void onlyTheSplitsAskedForAreWritten() throws IOException {
    Runs trips =
        Runs.of(
            CsvExampleGen.untyped().from(SampleData.file("penguins/labelled.csv")),
            folder.resolve("penguins"),
            1);
    Path exported = export(ExamplesExport.of(IN).toCsv().splits("eval"), trips.folder());
    List<String> names = new ArrayList<>();
    try (var entries = Files.list(exported)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    assertThat(names).containsExactly("eval");
  }
}
