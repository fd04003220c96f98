package io.pergola.beam;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A column of text or bytes: entry {@code e} is {@code data[entryOffsets[e]]} up to, exclusive,
 * {@code data[entryOffsets[e + 1]]}.
 *
 * @param type {@link ColumnType#TEXT} or {@link ColumnType#BYTES}
 * @param data the bytes of all entries, one after the other; what follows the last has no meaning
 * @param entryOffsets one more than there are entries, ascending; an entry is a dictionary entry,
 *     or a value where {@code ids} is null (empty for missing rows)
 */
@SuppressWarnings("ArrayRecordComponent") // Shared on purpose: see ExampleColumn.
public record BytesColumn(
    String name,
    ColumnType type,
    int rows,
    byte[] data,
    int[] entryOffsets,
    int @Nullable [] ids,
    long @Nullable [] presence,
    int @Nullable [] offsets)
    implements ExampleColumn {

  public BytesColumn {
    if (type.isNumber()) {
      throw new IllegalArgumentException("Invalid type of a bytes column: %s".formatted(type));
    }
  }

  @Override
  public int valueCount() {
    return ids == null ? entryCount() : ids.length;
  }

  @Override
  public int entryCount() {
    return entryOffsets.length - 1;
  }

  /** The length of an entry, in bytes. */
  public int entryLength(int entry) {
    return entryOffsets[entry + 1] - entryOffsets[entry];
  }

  /** An entry decoded as UTF-8; malformed bytes become U+FFFD. Not for hot paths. */
  public String entryText(int entry) {
    return new String(data, entryOffsets[entry], entryLength(entry), StandardCharsets.UTF_8);
  }

  /** A value decoded as UTF-8, by its index; empty for a missing row. Not for hot paths. */
  public String text(int index) {
    int entry = entry(index);
    return entry < 0 ? "" : entryText(entry);
  }
}
