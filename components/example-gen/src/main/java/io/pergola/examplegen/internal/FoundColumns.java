package io.pergola.examplegen.internal;

import io.pergola.examplegen.InputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What was seen of features whose types no file declares: the narrowest type that holds all values,
 * over the whole input. Merges in any order to the same.
 */
public final class FoundColumns {
  /** There was a whole number. */
  public static final int WHOLE = 1;

  /** There was a number that is not whole. */
  public static final int NUMBER = 2;

  /** There was a finite number beyond the range of 32 bits. */
  public static final int LARGE = 4;

  /** There was text. */
  public static final int TEXT = 8;

  /** There were bytes that are not UTF-8. */
  public static final int BYTES = 16;

  /** An example had no value or several, in a list. */
  public static final int LIST = 32;

  private static final int NUMBERS = WHOLE | NUMBER | LARGE;
  private static final int TEXTS = TEXT | BYTES;

  private final TreeMap<String, Seen> seen = new TreeMap<>();

  /** What was seen of one feature. */
  public static final class Seen {
    private int bits;
    private String number = "";
    private String text = "";

    /** Takes something into account; cheap if it is not new. */
    public void add(int found, Supplier<RecordPlace> place) {
      if ((bits | found) != bits) {
        if ((found & NUMBERS) != 0 && (bits & NUMBERS) == 0) {
          number = place.get().toString();
        }
        if ((found & TEXTS) != 0 && (bits & TEXTS) == 0) {
          text = place.get().toString();
        }
        bits |= found;
      }
    }

    /** Whether something was seen before. */
    public boolean has(int wanted) {
      return (bits & wanted) == wanted;
    }

    private void add(int found, String numberAt, String textAt) {
      number = first(number, numberAt);
      text = first(text, textAt);
      bits |= found;
    }

    private static String first(String one, String other) {
      if (one.isEmpty() || other.isEmpty()) {
        return one + other;
      }
      return one.compareTo(other) <= 0 ? one : other;
    }
  }

  /** What was seen of a feature. */
  public Seen of(String feature) {
    return seen.computeIfAbsent(feature, f -> new Seen());
  }

  /** All of it, as {@link InputFormat#look} hands it on. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Map.Entry<String, Seen> entry : seen.entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeInt(entry.getValue().bits);
        out.writeUTF(entry.getValue().number);
        out.writeUTF(entry.getValue().text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Takes all of what another saw into account. */
  public FoundColumns add(byte[] other) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(other))) {
      while (in.available() > 0) {
        of(in.readUTF()).add(in.readInt(), in.readUTF(), in.readUTF());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * The columns, in the order of their names. A path that was nothing but an empty list is none if
   * there are features below it.
   *
   * @param source what was read, for messages
   * @throws InputException if there is none, or one has values of types that none holds
   */
  public List<InputColumn> columns(String source) {
    List<InputColumn> columns = new ArrayList<>();
    for (Map.Entry<String, Seen> entry : seen.entrySet()) {
      Seen found = entry.getValue();
      String below = seen.higherKey(entry.getKey() + ".");
      boolean onlyEmpty = (found.bits & (NUMBERS | TEXTS)) == 0;
      if (onlyEmpty && below != null && below.startsWith(entry.getKey() + ".")) {
        continue;
      }
      if ((found.bits & NUMBERS) != 0 && (found.bits & TEXTS) != 0) {
        throw new InputException(
            source,
            0,
            "Cannot read feature '%s' of %s: it is a number in %s, but text in %s. Give it one type everywhere, or declare a record without it."
                .formatted(entry.getKey(), source, found.number, found.text));
      }
      columns.add(InputColumn.found(entry.getKey(), type(found.bits), (found.bits & LIST) != 0));
    }
    if (columns.isEmpty()) {
      throw new InputException(
          source,
          0,
          "Cannot read %s: none of its records has a feature. Give it at least one record, or declare a record class."
              .formatted(source));
    }
    return columns;
  }

  private static CellType type(int bits) {
    if ((bits & BYTES) != 0) {
      return CellType.BYTES;
    }
    if ((bits & TEXT) != 0) {
      return CellType.TEXT;
    }
    if ((bits & LARGE) != 0) {
      return CellType.DOUBLE;
    }
    return (bits & NUMBER) != 0 ? CellType.FLOAT : CellType.LONG;
  }
}
