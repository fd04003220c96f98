package io.pergola.validation.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pergola.validation.DatasetStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows statistics, or two of them over each other: one HTML file with its style, its
 * script and its data in it. It loads nothing, and its content security policy lets no script run
 * but its own: {@code docs/how-to/look-at-statistics.md}.
 */
public final class StatisticsPage {
  private static final List<String> SCRIPTS =
      List.of("format.js", "view.js", "charts.js", "details.js", "page.js");

  private StatisticsPage() {}

  /**
   * Statistics and what they are called on the page.
   *
   * @param title any text; it is escaped
   */
  public record Side(String title, DatasetStatistics statistics) {}

  /** The page of one side. */
  public static String of(Side side) {
    return page(List.of(side));
  }

  /** The page of two sides, with their distances, the largest first. */
  public static String of(Side before, Side after) {
    return page(List.of(before, after));
  }

  private static String page(List<Side> sides) {
    String style = "\n" + resource("page.css");
    StringBuilder script = new StringBuilder("\n");
    SCRIPTS.forEach(file -> script.append(resource(file)));
    String title = String.join(" and ", sides.stream().map(Side::title).toList());
    Template template = new Template(resource("page.html"));
    template.fill("POLICY", policy(style, script.toString()));
    template.fill("TITLE", escaped(title));
    template.fill("STYLE", style);
    template.fill("DATA", json(sides));
    template.fill("SCRIPT", script.toString());
    return template.text();
  }

  /** A text with places to fill, from its beginning to its end. */
  private static final class Template {
    private final StringBuilder done = new StringBuilder();
    private String rest;

    Template(String text) {
      this.rest = text;
    }

    void fill(String place, String text) {
      String mark = "{{" + place + "}}";
      int at = rest.indexOf(mark);
      done.append(rest, 0, at).append(text);
      rest = rest.substring(at + mark.length());
    }

    String text() {
      return done + rest;
    }
  }

  private static String policy(String style, String script) {
    return "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
        .formatted(sha256(style), sha256(script));
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Text for an element's content. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String json(List<Side> sides) {
    JsonMapper mapper = JsonMapper.builder().build();
    mapper.getFactory().setCharacterEscapes(new InsideHtml());
    try {
      return mapper.writeValueAsString(PageData.of(sides));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Escapes what could end the element that the data stand in, or begin another. */
  private static final class InsideHtml extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final int LINE_SEPARATOR = 0x2028;
    private static final int PARAGRAPH_SEPARATOR = 0x2029;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
      for (char c : new char[] {'<', '>', '&', '\''}) {
        codes[c] = CharacterEscapes.ESCAPE_STANDARD;
      }
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      return c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR
          ? new SerializedString("\\u%04x".formatted(c))
          : null;
    }
  }

  private static String resource(String name) {
    try (InputStream in = StatisticsPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Not in the jar: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
