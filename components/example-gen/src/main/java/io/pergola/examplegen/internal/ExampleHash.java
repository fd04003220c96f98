package io.pergola.examplegen.internal;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fingerprint of one example: FarmHash Fingerprint64 of an encoding that does not depend on the
 * order of columns. For each column that is present, in the order of their names: the Fingerprint64
 * of its name (8 bytes), then
 *
 * <ul>
 *   <li>of a number that is whole and of 64 bits: 1, and its 8 bytes, however it is stored;
 *   <li>of any other number: 2, and the 8 bytes of it as a double, every NaN being the same;
 *   <li>of text or bytes: 3, its length in 4 bytes, and its bytes;
 *   <li>of a feature that has not one value but none or several: 4, their number in 4 bytes, and
 *       each as above, in their order.
 * </ul>
 *
 * <p>One value counts the same whether or not the feature may have several, so that a feature that
 * becomes multivalent leaves examples where they are.
 *
 * <p>All little-endian. Not thread-safe.
 */
public final class ExampleHash {
  private static final Hasher64 FINGERPRINT_64 = Hashing.farmHashNa();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final double TWO_POWER_63 = 0x1p63;
  private static final byte WHOLE = 1;
  private static final byte NUMBER = 2;
  private static final byte TEXT = 3;
  private static final byte LIST = 4;

  private byte[] encoded = new byte[1024];
  private int length;

  /** The fingerprint of a column's name, which {@code add} wants. */
  public static long ofName(String name) {
    return FINGERPRINT_64.hashBytesToLong(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Begins an example. */
  public void reset() {
    length = 0;
  }

  /** Adds a feature with one value, a whole number. */
  public void addWhole(long name, long value) {
    add(name, WHOLE, value);
  }

  /** Adds a feature with one value, a number. */
  public void addNumber(long name, double value) {
    if (isWhole(value)) {
      add(name, WHOLE, (long) value);
    } else {
      add(name, NUMBER, Double.doubleToLongBits(value));
    }
  }

  /** Adds a feature with one value, text or bytes. */
  public void addBytes(long name, byte[] bytes, int from, int count) {
    putName(name);
    putBytes(bytes, from, count);
  }

  /**
   * Begins a feature that has any number of values; as many calls of {@code put} must follow.
   *
   * @param count 0 or more
   */
  public void beginValues(long name, int count) {
    putName(name);
    if (count != 1) {
      reserve(1 + Integer.BYTES);
      encoded[length] = LIST;
      INTS.set(encoded, length + 1, count);
      length += 1 + Integer.BYTES;
    }
  }

  /** Puts a value: a whole number. */
  public void putWhole(long value) {
    put(WHOLE, value);
  }

  /** Puts a value: a number. */
  public void putNumber(double value) {
    if (isWhole(value)) {
      put(WHOLE, (long) value);
    } else {
      put(NUMBER, Double.doubleToLongBits(value));
    }
  }

  /** Puts a value: text or bytes. */
  public void putBytes(byte[] bytes, int from, int count) {
    reserve(1 + Integer.BYTES + count);
    encoded[length] = TEXT;
    INTS.set(encoded, length + 1, count);
    length += 1 + Integer.BYTES;
    System.arraycopy(bytes, from, encoded, length, count);
    length += count;
  }

  /** The fingerprint of what was added since {@link #reset}. */
  public long fingerprint() {
    return FINGERPRINT_64.hashBytesToLong(encoded, 0, length);
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && value >= -TWO_POWER_63 && value < TWO_POWER_63;
  }

  /** A name and a value at once: this is done for every cell. */
  private void add(long name, byte tag, long value) {
    int at = length;
    if (encoded.length - at < 2 * Long.BYTES + 1) {
      reserve(2 * Long.BYTES + 1);
    }
    byte[] out = encoded;
    LONGS.set(out, at, name);
    out[at + Long.BYTES] = tag;
    LONGS.set(out, at + Long.BYTES + 1, value);
    length = at + 2 * Long.BYTES + 1;
  }

  private void putName(long name) {
    reserve(Long.BYTES);
    LONGS.set(encoded, length, name);
    length += Long.BYTES;
  }

  private void put(byte tag, long value) {
    reserve(1 + Long.BYTES);
    encoded[length] = tag;
    LONGS.set(encoded, length + 1, value);
    length += 1 + Long.BYTES;
  }

  private void reserve(int bytes) {
    if (encoded.length - length < bytes) {
      encoded = Arrays.copyOf(encoded, Math.max(encoded.length * 2, length + bytes));
    }
  }
}
