package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleSchema;
import io.pergola.examplegen.FileFormat;
import io.pergola.examplegen.internal.avro.AvroExport;
import io.pergola.examplegen.internal.tfrecord.TfRecordExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A format that examples are written in. */
public interface ExportFormat {
  /** The ending of its files' names. */
  String suffix();

  /** What the format is called, and what it cannot say of a column; empty if it can say all. */
  Optional<String> refusal(ExampleSchema.Field column);

  /** Writes a file. */
  void write(Path file, ExampleSchema schema, ExampleBatch batch) throws IOException;

  /**
   * Refuses examples that the format cannot hold.
   *
   * @throws IllegalArgumentException naming all columns and why
   */
  default void check(ExampleSchema schema) {
    List<String> problems = new ArrayList<>();
    for (ExampleSchema.Field column : schema.columns()) {
      refusal(column).ifPresent(why -> problems.add("'%s' %s".formatted(column.name(), why)));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot export examples to files named *%s: %s. Export them to Parquet, or leave the columns out."
              .formatted(suffix(), String.join("; ", problems)));
    }
  }

  /** The writer of a format. */
  static ExportFormat of(FileFormat format) {
    return switch (format) {
      case CSV -> new CsvExport();
      case AVRO -> new AvroExport();
      case PARQUET -> new ParquetExport();
      case TFRECORD -> new TfRecordExport();
      case JSON_LINES ->
          throw new IllegalArgumentException(
              "Cannot export examples to JSON: it has no NaN and no bytes. Export them to Parquet, Avro, TFRecord or CSV.");
    };
  }

  /** Parquet in the layout of examples. */
  final class ParquetExport implements ExportFormat {
    @Override
    public String suffix() {
      return ".parquet";
    }

    @Override
    public Optional<String> refusal(ExampleSchema.Field column) {
      return Optional.empty();
    }

    @Override
    public void write(Path file, ExampleSchema schema, ExampleBatch batch) throws IOException {
      try (ExampleFileWriter writer = ExampleFileWriter.open(file, schema)) {
        writer.write(batch);
      }
    }
  }
}
