package io.pergola.metadata.internal;

import io.pergola.metadata.Order;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Where a page ended: the value that the listing is ordered by, and the id, of its last item.
 * Callers see it as opaque text that holds a digest of the query it belongs to.
 */
record PageToken(long value, long id) {

  static Reader reader(String query, Order order) {
    return new Reader(digest(query + '\n' + order));
  }

  private static String digest(String query) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(query.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(whole, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /** Reads and writes the tokens of one query. */
  record Reader(String query) {
    String write(PageToken token) {
      String plain = query + "." + token.value() + "." + token.id();
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    PageToken read(String text) {
      String[] parts;
      try {
        parts =
            new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
                .split("\\.", -1);
        if (parts.length == 3 && parts[0].equals(query)) {
          return new PageToken(Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }
      } catch (IllegalArgumentException e) {
        throw invalid(text, e);
      }
      if (parts.length != 3) {
        throw invalid(text, new IllegalArgumentException("not three parts"));
      }
      throw new IllegalArgumentException(
          "Cannot go on from page token '%s': it belongs to another query. Ask with the filter and the order of the page before."
              .formatted(clip(text)));
    }

    private static IllegalArgumentException invalid(String text, Exception cause) {
      return new IllegalArgumentException(
          "Invalid page token: '%s' (the next of the page before)".formatted(clip(text)), cause);
    }

    private static String clip(String text) {
      return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
  }
}
