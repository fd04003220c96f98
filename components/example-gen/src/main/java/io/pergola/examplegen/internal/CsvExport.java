package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** CSV: a missing feature is an empty cell, the empty string a quoted one. */
final class CsvExport implements ExportFormat {
  private static final int FLUSH_BYTES = 1 << 16;

  @Override
  public String suffix() {
    return ".csv";
  }

  @Override
  public Optional<String> refusal(ExampleSchema.Field column) {
    if (column.multivalent()) {
      return Optional.of("has any number of values an example, and a cell has one");
    }
    return column.type() == ColumnType.BYTES
        ? Optional.of("is BYTES, and a cell is text")
        : Optional.empty();
  }

  @Override
  public void write(Path file, ExampleSchema schema, ExampleBatch batch) throws IOException {
    List<String> names = schema.columns().stream().map(ExampleSchema.Field::name).toList();
    List<ExampleColumn> columns = names.stream().map(batch::column).toList();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(CsvText.line(names));
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      for (int row = 0; row < batch.rows(); row++) {
        for (int c = 0; c < columns.size(); c++) {
          if (c > 0) {
            lines.write(',');
          }
          if (columns.get(c).isPresent(row)) {
            cell(lines, columns.get(c), row);
          }
        }
        lines.write('\n');
        if (lines.size() > FLUSH_BYTES) {
          lines.writeTo(out);
          lines.reset();
        }
      }
      lines.writeTo(out);
    }
  }

  private static void cell(ByteArrayOutputStream out, ExampleColumn column, int row) {
    if (column instanceof BytesColumn texts) {
      int entry = texts.entry(row);
      CsvText.writeText(
          out, texts.data(), texts.entryOffsets()[entry], texts.entryOffsets()[entry + 1]);
      return;
    }
    String number =
        column instanceof LongColumn longs
            ? Long.toString(longs.value(row))
            : column instanceof FloatColumn floats
                ? Float.toString(floats.value(row))
                : Double.toString(((DoubleColumn) column).value(row));
    out.writeBytes(number.getBytes(StandardCharsets.US_ASCII));
  }
}
