package io.pergola.pipeline.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Records as JSON files that people read and compare: one order, two spaces, and a {@code format}
 * that says which version of the form it is.
 */
public final class JsonText {
  private static final int MAX_DEPTH = 1_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

  private static final ObjectWriter WRITER =
      MAPPER.writer(
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                      .withObjectEmptySeparator("")
                      .withArrayEmptySeparator(""))
              .withObjectIndenter(INDENTER)
              .withArrayIndenter(INDENTER));

  private JsonText() {}

  /** The JSON of a record, its format version first, with a newline at the end. */
  public static String write(int format, Record value) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put("format", format);
    tree.setAll((ObjectNode) MAPPER.valueToTree(value));
    try {
      return WRITER.writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of plain values can always be written.", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param what for error messages, {@code pipeline graph}
   * @param format the newest version that is known
   * @throws IllegalArgumentException if the text is not one, or of a newer version
   */
  public static <T extends Record> T read(String json, String what, int format, Class<T> type) {
    return read(json, what, format, type, (version, tree) -> {});
  }

  /** Turns the tree of an older version into one of the newest. */
  @FunctionalInterface
  public interface Upgrade {
    void apply(int version, ObjectNode tree);
  }

  /** The same for a form that has older versions. */
  public static <T extends Record> T read(
      String json, String what, int format, Class<T> type, Upgrade upgrade) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      JsonNode version = tree.path("format");
      if (!(tree instanceof ObjectNode object) || !version.isInt() || version.intValue() < 1) {
        throw new IllegalArgumentException(
            "Cannot read %s: it has no format version. Check that it is the right file."
                .formatted(what));
      }
      if (version.intValue() > format) {
        throw new IllegalArgumentException(
            "Cannot read %s: its format is %d, and this Pergola reads up to %d. Use a newer Pergola."
                .formatted(what, version.intValue(), format));
      }
      object.remove("format");
      upgrade.apply(version.intValue(), object);
      return MAPPER.treeToValue(object, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot read %s: %s. Check that the file is whole.".formatted(what, firstSentence(e)), e);
    }
  }

  private static String firstSentence(JacksonException e) {
    String message = e.getOriginalMessage();
    int end = message == null ? -1 : message.indexOf('\n');
    return message == null ? "no JSON" : end < 0 ? message : message.substring(0, end);
  }
}
