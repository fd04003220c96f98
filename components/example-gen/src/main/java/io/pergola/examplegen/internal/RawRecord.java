package io.pergola.examplegen.internal;

import java.util.Arrays;

/**
 * A record as it stands in its file, so that a file of refused records can be read again.
 *
 * @param suffix of a file of such records, {@code .csv}
 * @param head what the file begins with
 * @param bytes what stands in it for this record
 */
@SuppressWarnings("ArrayRecordComponent") // Written at once, never compared.
public record RawRecord(String suffix, byte[] head, byte[] bytes) {
  /** A line of a file that has no head. */
  public static RawRecord line(String suffix, byte[] buffer, int from, int to) {
    byte[] line = Arrays.copyOfRange(buffer, from, to + 1);
    line[to - from] = '\n';
    return new RawRecord(suffix, new byte[0], line);
  }
}
