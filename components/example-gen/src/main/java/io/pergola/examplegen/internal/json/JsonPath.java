package io.pergola.examplegen.internal.json;

import io.pergola.examplegen.internal.FoundColumns;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the objects of a file: {@code rider.name}. Not thread-safe. */
final class JsonPath {
  private static final int[] NONE = {};

  private final String path;
  private final Map<String, JsonPath> below = new HashMap<>();

  /** The column of the values here; -1 if nobody wants them. */
  int column = -1;

  /** The columns here and below. */
  int[] columns = NONE;

  /** What was seen here, if someone looks. */
  FoundColumns.@Nullable Seen seen;

  private JsonPath(String path) {
    this.path = path;
  }

  static JsonPath root() {
    return new JsonPath("");
  }

  /** The place of a field; a new one if {@link #path} was not asked for it before. */
  @Nullable JsonPath find(String field) {
    return below.get(field);
  }

  JsonPath add(String field) {
    JsonPath place = new JsonPath(path.isEmpty() ? field : path + "." + field);
    below.put(field, place);
    return place;
  }

  @Override
  public String toString() {
    return path;
  }
}
