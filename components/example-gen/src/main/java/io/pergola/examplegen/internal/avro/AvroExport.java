package io.pergola.examplegen.internal.avro;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.examplegen.internal.ExportFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Avro: a missing feature is null, one without values an empty array. */
public final class AvroExport implements ExportFormat {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  @Override
  public String suffix() {
    return ".avro";
  }

  @Override
  public Optional<String> refusal(ExampleSchema.Field column) {
    return NAME.matcher(column.name()).matches()
        ? Optional.empty()
        : Optional.of("is no name in Avro (letters, digits and _)");
  }

  @Override
  public void write(Path file, ExampleSchema schema, ExampleBatch batch) throws IOException {
    Schema avro = schema(schema);
    try (DataFileWriter<GenericRecord> out =
        AvroContainers.create(
            avro, file, CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL))) {
      List<ExampleColumn> columns =
          schema.columns().stream().map(column -> batch.column(column.name())).toList();
      GenericData.Record record = new GenericData.Record(avro);
      for (int row = 0; row < batch.rows(); row++) {
        for (int c = 0; c < columns.size(); c++) {
          record.put(c, columns.get(c).isPresent(row) ? values(columns.get(c), row) : null);
        }
        out.append(record);
      }
    }
  }

  private static Schema schema(ExampleSchema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    for (ExampleSchema.Field column : schema.columns()) {
      Schema value = Schema.create(type(column.type()));
      Schema present = column.multivalent() ? Schema.createArray(value) : value;
      Schema optional = SchemaBuilder.unionOf().nullType().and().type(present).endUnion();
      fields.add(new Schema.Field(column.name(), optional));
    }
    return Schema.createRecord("Example", null, "io.pergola", false, fields);
  }

  private static Schema.Type type(ColumnType type) {
    return switch (type) {
      case INT -> Schema.Type.LONG;
      case FLOAT -> Schema.Type.FLOAT;
      case DOUBLE -> Schema.Type.DOUBLE;
      case TEXT -> Schema.Type.STRING;
      case BYTES -> Schema.Type.BYTES;
    };
  }

  private static Object values(ExampleColumn column, int row) {
    if (!column.isMultivalent()) {
      return value(column, row);
    }
    List<Object> values = new ArrayList<>();
    for (int value = column.start(row); value < column.end(row); value++) {
      values.add(value(column, value));
    }
    return values;
  }

  private static Object value(ExampleColumn column, int value) {
    if (column instanceof LongColumn longs) {
      return longs.value(value);
    }
    if (column instanceof FloatColumn floats) {
      return floats.value(value);
    }
    if (column instanceof DoubleColumn doubles) {
      return doubles.value(value);
    }
    BytesColumn bytes = (BytesColumn) column;
    if (bytes.type() == ColumnType.TEXT) {
      return bytes.text(value);
    }
    int entry = bytes.entry(value);
    return ByteBuffer.wrap(bytes.data(), bytes.entryOffsets()[entry], bytes.entryLength(entry));
  }
}
