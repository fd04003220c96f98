package io.pergola.examplegen.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A record as it stands in its file, so that a file of refused records can be read again.
 *
 * @param suffix of a file of such records, {@code .csv}
 * @param head what the file begins with
 * @param bytes what stands in it for this record
 */
@SuppressWarnings("ArrayRecordComponent") // Written at once, never compared.
public record RawRecord(String suffix, byte[] head, byte[] bytes) implements Replay {
  /** A line of a file that has no head. */
  public static RawRecord line(String suffix, byte[] buffer, int from, int to) {
    byte[] line = Arrays.copyOfRange(buffer, from, to + 1);
    line[to - from] = '\n';
    return new RawRecord(suffix, new byte[0], line);
  }

  @Override
  public Object kind() {
    return ByteBuffer.wrap(head);
  }

  @Override
  public Records create(Path file) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
    out.write(head);
    return new Records() {
      @Override
      public void append(Replay record) throws IOException {
        out.write(((RawRecord) record).bytes());
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }
}
