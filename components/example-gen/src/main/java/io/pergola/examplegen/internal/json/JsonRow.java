package io.pergola.examplegen.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import io.pergola.beam.ColumnType;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.FeatureNames;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.JsonText;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RowValues;
import io.pergola.examplegen.internal.ValueErrors;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Puts the values of lines into rows. Not thread-safe. */
final class JsonRow extends JsonWalk {
  private final List<InputColumn> columns;
  private final FeatureNames names;
  private final RowValues row;
  private final JsonText text = new JsonText();

  JsonRow(List<InputColumn> columns, RowValues row, Supplier<RecordPlace> place) {
    super(place);
    this.columns = columns;
    this.row = row;
    names = FeatureNames.of(columns);
  }

  @Override
  void open(JsonPath path) {
    path.column = names.column(path.toString());
    path.columns =
        IntStream.range(0, columns.size())
            .filter(c -> c == path.column || FeatureNames.isBelow(columns.get(c), path.toString()))
            .toArray();
  }

  @Override
  boolean wants(JsonPath path) {
    return path.columns.length > 0;
  }

  @Override
  void value(JsonPath path, JsonParser json, boolean inList) throws IOException {
    int column = path.column;
    if (column < 0) {
      return;
    }
    if (!inList && row.count(column) > 0) {
      row.drop(column); // of equal keys the last counts
    }
    switch (json.currentToken()) {
      case VALUE_TRUE -> row.putWhole(column, 1);
      case VALUE_FALSE -> row.putWhole(column, 0);
      case VALUE_STRING -> string(column, json);
      default -> number(column, json);
    }
  }

  private void string(int column, JsonParser json) throws IOException {
    int chars = json.getTextLength();
    int from = row.reserve(JsonText.MAX_BYTES_PER_CHAR * chars);
    int to =
        JsonText.encode(json.getTextCharacters(), json.getTextOffset(), chars, row.arena(), from);
    if (to < 0) {
      String value = json.getText();
      row.fail(
          () ->
              ValueErrors.bad(columns.get(column), place(), value, "has half of a surrogate pair"));
    } else {
      row.putRange(column, from, to);
    }
  }

  private void number(int column, JsonParser json) throws IOException {
    text.read(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
    ColumnType type = columns.get(column).type().columnType();
    if (type == ColumnType.INT && text.isWhole()) {
      row.putWhole(column, text.whole());
      return;
    }
    double value = type == ColumnType.FLOAT ? text.asFloat() : text.asDouble();
    if (text.isBeyond(value)) {
      String shown = json.getText();
      String fact =
          type == ColumnType.FLOAT
              ? "is beyond the range of 32-bit numbers"
              : "is beyond the range of 64-bit numbers";
      row.fail(() -> ValueErrors.bad(columns.get(column), place(), shown, fact));
    } else {
      row.putNumber(column, value);
    }
  }

  @Override
  void missing(JsonPath path) {}

  @Override
  void beginList(JsonPath path) {
    for (int column : path.columns) {
      row.drop(column);
      row.putPresent(column);
    }
  }

  @Override
  void endElement(JsonPath path, int elements) {
    for (int column : path.columns) {
      int count = row.count(column);
      if (count != 0 && count != elements) {
        row.fail(() -> gap(column, path));
      }
    }
  }

  private InputException gap(int column, JsonPath path) {
    return ValueErrors.gap(columns.get(column).name(), place(), path.toString());
  }

  @Override
  void endList(JsonPath path, int elements) {
    for (int column : path.columns) {
      if (elements > 0 && row.count(column) == 0) {
        row.drop(column); // no element has it
      }
    }
  }

  @Override
  void listInList(JsonPath path) {
    row.fail(() -> JsonLook.nested(path, place()));
  }
}
