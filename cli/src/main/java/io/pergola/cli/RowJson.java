package io.pergola.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code --row} gives: an object of raw columns. */
final class RowJson {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RowJson() {}

  /**
   * The columns of a row, integers as Long.
   *
   * @throws UsageException if it is no JSON object
   */
  static Map<String, @Nullable Object> read(String row) {
    try {
      Map<String, @Nullable Object> values = JSON.readValue(row, new TypeReference<>() {});
      if (values != null) {
        return values;
      }
    } catch (JsonProcessingException e) {
      throw new UsageException(
          "Cannot read --row: %s. Give an object of columns: --row='{\"fare\": 12.5}'."
              .formatted(e.getOriginalMessage().lines().findFirst().orElse("it is no JSON")));
    }
    throw new UsageException(
        "Cannot read --row: it is null. Give an object of columns: --row='{\"fare\": 12.5}'.");
  }
}
