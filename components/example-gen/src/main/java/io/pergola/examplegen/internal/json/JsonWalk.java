package io.pergola.examplegen.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.RecordPlace;
import java.io.IOException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Walks through the object of a line, place by place. Not thread-safe. */
abstract class JsonWalk {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(JsonLines.MAX_LINE_BYTES)
                  .maxNameLength(1 << 16)
                  .build())
          .build();

  /** What Jackson says of where an object began: of the line, not of the file. */
  private static final Pattern START_MARKER = Pattern.compile(" \\(start marker at .*");

  private final JsonPath root = JsonPath.root();
  private final Supplier<RecordPlace> place;

  JsonWalk(Supplier<RecordPlace> place) {
    this.place = place;
  }

  /** Learns of a place that was not seen before. */
  abstract void open(JsonPath path);

  /** A text, a number, or true or false. */
  abstract void value(JsonPath path, JsonParser json, boolean inList) throws IOException;

  /** A null. */
  abstract void missing(JsonPath path);

  abstract void beginList(JsonPath path);

  /**
   * An element of a list is over.
   *
   * @param elements how many are over
   */
  abstract void endElement(JsonPath path, int elements);

  abstract void endList(JsonPath path, int elements);

  /** A list inside a list, of which nothing is read. */
  abstract void listInList(JsonPath path);

  /** Whether anything of a place, or below it, is wanted. */
  abstract boolean wants(JsonPath path);

  final RecordPlace place() {
    return place.get();
  }

  /**
   * Walks through a line.
   *
   * @throws InputException if it is not one JSON object
   */
  final void walk(byte[] bytes, int from, int to) {
    try (JsonParser json = FACTORY.createParser(bytes, from, to - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw broken("it begins with %s, not with an object".formatted(json.currentToken()), 1);
      }
      object(root, json, false);
      if (json.nextToken() != null) {
        throw broken("text stands after its object", json.currentTokenLocation().getColumnNr());
      }
    } catch (JsonProcessingException e) {
      int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
      String reason = START_MARKER.matcher(e.getOriginalMessage()).replaceFirst("");
      throw broken("it is not JSON (%s)".formatted(reason), column);
    } catch (IOException e) {
      throw broken("it is not JSON (%s)".formatted(e.getMessage()), 1);
    }
  }

  private InputException broken(String fact, int column) {
    RecordPlace at = place();
    return new InputException(
        at.file(),
        at.record(),
        "Cannot read %s column %d: %s. Write one object a line, and nothing else."
            .formatted(at, column, fact));
  }

  private void object(JsonPath path, JsonParser json, boolean inList) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonPath field = path.find(name);
      if (field == null) {
        field = path.add(name);
        open(field);
      }
      JsonToken token = json.nextToken();
      if (!wants(field)) {
        json.skipChildren();
      } else {
        any(field, token, json, inList);
      }
    }
  }

  private void any(JsonPath path, JsonToken token, JsonParser json, boolean inList)
      throws IOException {
    switch (token) {
      case START_OBJECT -> object(path, json, inList);
      case START_ARRAY -> {
        if (inList) {
          listInList(path);
          json.skipChildren();
        } else {
          list(path, json);
        }
      }
      case VALUE_NULL -> missing(path);
      default -> value(path, json, inList);
    }
  }

  private void list(JsonPath path, JsonParser json) throws IOException {
    beginList(path);
    int elements = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      if (token == null) {
        throw broken("it ends inside a list", 1);
      }
      any(path, token, json, true);
      endElement(path, ++elements);
    }
    endList(path, elements);
  }
}
