package io.pergola.examplegen.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.FoundColumns;
import io.pergola.examplegen.internal.JsonText;
import io.pergola.examplegen.internal.RecordPlace;
import java.io.IOException;
import java.util.function.Supplier;

/** Takes note of what features are there, and of what types. Not thread-safe. */
final class JsonLook extends JsonWalk {
  private final FoundColumns found;
  private final Supplier<RecordPlace> where;
  private final JsonText text = new JsonText();

  JsonLook(FoundColumns found, Supplier<RecordPlace> place) {
    super(place);
    this.found = found;
    where = place;
  }

  @Override
  void open(JsonPath path) {}

  @Override
  boolean wants(JsonPath path) {
    return true;
  }

  private void see(JsonPath path, int what) {
    FoundColumns.Seen seen = path.seen;
    if (seen == null) {
      seen = found.of(path.toString());
      path.seen = seen;
    }
    seen.add(what, where);
  }

  @Override
  void value(JsonPath path, JsonParser json, boolean inList) throws IOException {
    int list = inList ? FoundColumns.LIST : 0;
    switch (json.currentToken()) {
      case VALUE_TRUE, VALUE_FALSE -> see(path, FoundColumns.WHOLE | list);
      case VALUE_STRING -> see(path, FoundColumns.TEXT | list);
      default -> {
        text.read(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
        if (text.isWhole()) {
          see(path, FoundColumns.WHOLE | list);
        } else {
          boolean large = text.isBeyond(text.asFloat());
          see(path, FoundColumns.NUMBER | list | (large ? FoundColumns.LARGE : 0));
        }
      }
    }
  }

  @Override
  void missing(JsonPath path) {
    see(path, 0);
  }

  @Override
  void beginList(JsonPath path) {}

  @Override
  void endElement(JsonPath path, int elements) {}

  @Override
  void endList(JsonPath path, int elements) {
    if (elements == 0) {
      see(path, FoundColumns.LIST);
    }
  }

  @Override
  void listInList(JsonPath path) {
    throw nested(path, place());
  }

  static InputException nested(JsonPath path, RecordPlace place) {
    return new InputException(
        place.file(),
        place.record(),
        "Cannot read feature '%s' of %s: it is a list inside a list. Declare a record without it, or write it in another form."
            .formatted(path, place));
  }
}
