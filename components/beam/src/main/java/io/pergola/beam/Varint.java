package io.pergola.beam;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Non-negative integers in as few bytes as they need: seven bits a byte, the lowest first. */
public final class Varint {
  private Varint() {}

  /** Writes a number of any size; a negative one takes ten bytes. */
  public static void write(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** Reads what {@link #write} wrote. */
  public static long read(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.readByte();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("Cannot read a number: more than ten bytes. The state is damaged.");
  }
}
