package io.pergola.openlineage;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where OpenLineage events go.
 *
 * @param namespace of the jobs; default {@code pergola}
 */
public record LineageTarget(LineageTarget.Sink sink, String namespace) {
  /** The namespace of jobs where none is given. */
  public static final String NAMESPACE = "pergola";

  /** What takes the events. */
  public sealed interface Sink {}

  /** A file that events are appended to, one JSON object a line. */
  public record File(Path path) implements Sink {}

  /**
   * A server that events are posted to.
   *
   * @param url scheme, host and port; the path is {@code /api/v1/lineage} unless it names another.
   *     The client sends the key in the environment variable {@code OPENLINEAGE_API_KEY}, if any
   * @param timeout for one event
   */
  public record Http(URI url, Duration timeout) implements Sink {}

  public LineageTarget {
    if (namespace.isBlank()) {
      throw new IllegalArgumentException("Invalid OpenLineage namespace: '' (a name)");
    }
  }

  /**
   * Reads what people write: {@code http://host:5000}, {@code https://...}, {@code file:PATH} or a
   * path.
   */
  public static LineageTarget parse(String text) {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      URI url;
      try {
        url = URI.create(text);
      } catch (IllegalArgumentException e) {
        throw invalid(text);
      }
      if (url.getHost() == null || url.getUserInfo() != null) {
        throw invalid(text);
      }
      return new LineageTarget(new Http(url, Duration.ofSeconds(5)), NAMESPACE);
    }
    String path = text.startsWith("file:") ? text.substring("file:".length()) : text;
    if (path.isBlank() || path.contains("://")) {
      throw invalid(text);
    }
    return new LineageTarget(new File(Path.of(path).toAbsolutePath().normalize()), NAMESPACE);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "Invalid OpenLineage target: '%s' (http://host:port, https://host or file:events.ndjson)"
            .formatted(text));
  }
}
