package io.pergola.examplegen.internal.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.pergola.examplegen.internal.RawRecord;
import io.pergola.examplegen.internal.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refused row as a line of JSON, with every column of the query, whichever were asked for.
 * Numbers and text read from it are those that the database has. Bytes that are not UTF-8 have no
 * form in JSON: they stand as {@code <column>.base64}.
 */
final class JdbcLine {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

  private JdbcLine() {}

  /** The current row. */
  static RawRecord of(ResultSet rows) throws SQLException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      ResultSetMetaData metaData = rows.getMetaData();
      for (int c = 1; c <= metaData.getColumnCount(); c++) {
        Object value = JdbcValue.of(rows, c, metaData.getColumnType(c));
        if (value instanceof byte[] bytes && !Utf8.isValid(bytes, 0, bytes.length)) {
          json.writeStringField(
              metaData.getColumnLabel(c) + ".base64", Base64.getEncoder().encodeToString(bytes));
        } else if (value != null) {
          json.writeFieldName(metaData.getColumnLabel(c));
          write(json, value);
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = line.toByteArray();
    return RawRecord.line(".jsonl", bytes, 0, bytes.length);
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value instanceof List<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof Long whole) {
      json.writeNumber(whole);
    } else if (value instanceof Float number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number);
    } else if (value instanceof byte[] bytes) {
      json.writeString(new String(bytes, StandardCharsets.UTF_8));
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }
}
