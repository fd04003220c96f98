package io.pergola.metadata.internal;

import io.pergola.metadata.internal.StoreTables.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checksum of rows in any order: the sum, modulo 2^64, of the first eight bytes of each row's
 * SHA-256.
 */
final class TableDigest {
  private final MessageDigest sha256;
  private long rows;
  private long sum;

  TableDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  void add(Row row) {
    for (Map.Entry<String, @Nullable Object> column : row.values().entrySet()) {
      Object value = column.getValue();
      if (value != null) {
        part(column.getKey().getBytes(StandardCharsets.UTF_8));
        part(value.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
        part(
            value instanceof byte[] bytes
                ? bytes
                : value.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    sum += ByteBuffer.wrap(sha256.digest()).getLong();
    rows++;
  }

  private void part(byte[] bytes) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    sha256.update(bytes);
  }

  long rows() {
    return rows;
  }

  String hex() {
    return String.format(Locale.ROOT, "%016x", sum);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableDigest digest && digest.rows == rows && digest.sum == sum;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sum);
  }

  @Override
  public String toString() {
    return "%d rows with checksum %s".formatted(rows, hex());
  }
}
