package io.pergola.beam.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * One column of the row group being written. Values are kept as dictionary ids as long as that
 * pays, so that a chunk has a dictionary as a whole or not at all; the dictionaries of batches are
 * merged entry by entry, not value by value.
 */
final class ChunkEncoder {
  private static final int MAX_DICTIONARY_BYTES = 1 << 20;

  /** After how many values each time it is asked whether the dictionary pays; a power of 2. */
  private static final int TRIAL = 16_384;

  private static final int PAGE_ROWS = 65_536;
  private static final long PAGE_BYTES = 1 << 20;

  private final ParquetColumn column;
  private int rows;
  private int presentRows;
  private long[] presence = new long[64];

  /** In a multivalent column the number of values before each row. */
  private int[] offsets = new int[64];

  private int count;
  private @Nullable Distinct distinct;
  private int[] ids = new int[1_024];
  private ColumnAssembly plain;

  ChunkEncoder(ParquetColumn column) {
    this.column = column;
    plain = new ColumnAssembly(column.field(), 0);
    distinct = new Distinct(column.field());
  }

  /** About how many bytes this will take in the file, before compression. */
  long bytes() {
    return distinct == null
        ? plain.plainBytes(0, plain.size())
        : distinct.entries().plainBytes(0, distinct.entries().size())
            + (long) count * width(distinct) / 8;
  }

  private static int width(Distinct distinct) {
    return HybridDecoder.width(Math.max(0, distinct.entries().size() - 1));
  }

  /** Appends rows {@code from} to, exclusive, {@code to} of a batch's column. */
  void append(ExampleColumn source, int from, int to) {
    appendRows(source, from, to);
    int value = firstValue(source, from);
    int last = firstValue(source, to);
    if (distinct != null) {
      value = appendIds(distinct, source, value, last);
    }
    for (; value < last; value++) {
      if (isValue(source, value)) {
        plain.addEntry(source, source.entry(value));
        count++;
      }
    }
  }

  private void appendRows(ExampleColumn source, int from, int to) {
    int more = to - from;
    if (rows + more > presence.length * 64) {
      presence = Arrays.copyOf(presence, Math.max((rows + more + 63) >> 6, presence.length * 2));
    }
    presentRows += appendPresence(source.presence(), from, more);
    if (source.isMultivalent()) {
      if (rows + more >= offsets.length) {
        offsets = Arrays.copyOf(offsets, Math.max(rows + more + 1, offsets.length * 2));
      }
      int first = source.start(from);
      int before = count;
      for (int row = from; row < to; row++) {
        offsets[rows + row - from + 1] = before + source.end(row) - first;
      }
    }
    rows += more;
  }

  /**
   * Sets the bits of the rows that are present.
   *
   * @return how many there are
   */
  private int appendPresence(long @Nullable [] source, int from, int count) {
    int present = 0;
    for (int done = 0; done < count; ) {
      int at = rows + done;
      int row = from + done;
      int run = Math.min(count - done, 64 - Math.max(at & 63, row & 63));
      long bits = source == null ? -1 : source[row >> 6] >>> row;
      bits &= -1L >>> 64 - run;
      presence[at >> 6] |= bits << at;
      present += Long.bitCount(bits);
      done += run;
    }
    return present;
  }

  private static int firstValue(ExampleColumn source, int row) {
    int[] offsets = source.offsets();
    return offsets == null ? row : offsets[row];
  }

  private static boolean isValue(ExampleColumn source, int index) {
    return source.isMultivalent() || source.isPresent(index);
  }

  /**
   * Appends values as ids.
   *
   * @return the first value not appended, because the dictionary stopped to pay; else {@code to}
   */
  private int appendIds(Distinct into, ExampleColumn source, int from, int to) {
    if (count + to - from > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(count + to - from, ids.length * 2));
    }
    int[] sourceIds = source.ids();
    int[] renumbered = new int[sourceIds == null ? 0 : source.entryCount()];
    long @Nullable [] bits =
        sourceIds == null && !(source instanceof BytesColumn) ? bits(source, from, to) : null;
    long @Nullable [] present = source.isMultivalent() ? null : source.presence();
    for (int i = from; i < to; i++) {
      if (present != null && (present[i >> 6] >>> i & 1) == 0) {
        continue;
      }
      if (bits != null) {
        ids[count++] = into.idOf(bits[i - from]);
      } else if (sourceIds == null) {
        ids[count++] = idOf(into, source, i);
      } else {
        int entry = sourceIds[i];
        if (renumbered[entry] == 0) {
          renumbered[entry] = 1 + idOf(into, source, entry);
        }
        ids[count++] = renumbered[entry] - 1;
      }
      if ((count & TRIAL - 1) == 0 && stopsToPay(into.entries())) {
        plain = into.entries().expand(ids, count);
        distinct = null;
        ids = new int[0];
        return i + 1;
      }
    }
    return to;
  }

  /** The bits of numbers {@code from} to, exclusive, {@code to}. */
  private static long[] bits(ExampleColumn source, int from, int to) {
    if (source instanceof LongColumn longs) {
      return Arrays.copyOfRange(longs.entries(), from, to);
    }
    long[] bits = new long[to - from];
    if (source instanceof FloatColumn floats) {
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Float.floatToRawIntBits(floats.entries()[from + i]);
      }
    } else if (source instanceof DoubleColumn doubles) {
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Double.doubleToRawLongBits(doubles.entries()[from + i]);
      }
    }
    return bits;
  }

  private boolean stopsToPay(ColumnAssembly entries) {
    int size = entries.size();
    return size > count / 2 || entries.plainBytes(0, size) > MAX_DICTIONARY_BYTES;
  }

  private static int idOf(Distinct into, ExampleColumn source, int entry) {
    if (source instanceof LongColumn longs) {
      return into.idOf(longs.entries()[entry]);
    } else if (source instanceof FloatColumn floats) {
      return into.idOf(Float.floatToRawIntBits(floats.entries()[entry]));
    } else if (source instanceof DoubleColumn doubles) {
      return into.idOf(Double.doubleToRawLongBits(doubles.entries()[entry]));
    }
    BytesColumn bytes = (BytesColumn) source;
    return into.idOf(bytes.data(), bytes.entryOffsets()[entry], bytes.entryLength(entry));
  }

  /** Writes all pages of the chunk; the encoder is of no use afterwards. */
  void writeTo(PageWriter pages) throws IOException {
    Distinct dictionary = distinct;
    if (dictionary != null && !pays(dictionary)) {
      plain = dictionary.entries().expand(ids, count);
      dictionary = null;
    }
    ColumnAssembly values = dictionary == null ? plain : dictionary.entries();
    if (dictionary != null) {
      byte[] page = values.toPlain(0, values.size());
      pages.writeDictionaryPage(
          new DictionaryPage(BytesInput.from(page), values.size(), dictionaryEncoding()));
    }
    int row = 0;
    int value = 0;
    while (row < rows) {
      int endRow = pageEnd(row, value, dictionary == null);
      int endValue = valuesBefore(endRow, row, value);
      writePage(pages, dictionary, row, endRow, value, endValue);
      row = endRow;
      value = endValue;
    }
  }

  private boolean pays(Distinct dictionary) {
    ColumnAssembly entries = dictionary.entries();
    long withDictionary =
        entries.plainBytes(0, entries.size()) + (long) count * width(dictionary) / 8;
    return count > 0
        && entries.plainBytes(0, entries.size()) <= MAX_DICTIONARY_BYTES
        && withDictionary < entries.plainBytes(ids, count);
  }

  @SuppressWarnings("deprecation") // What readers expect of pages of version 1.
  private static Encoding dictionaryEncoding() {
    return Encoding.PLAIN_DICTIONARY;
  }

  /** Where a page that begins at a row ends. */
  private int pageEnd(int row, int value, boolean plainValues) {
    int end = Math.min(rows, row + PAGE_ROWS);
    while (end > row + 1) {
      int values = valuesBefore(end, row, value) - value;
      long bytes =
          plainValues ? plain.plainBytes(value, value + values) : (long) values * Integer.BYTES;
      if (bytes <= PAGE_BYTES) {
        break;
      }
      end = row + (end - row) / 2;
    }
    return end;
  }

  /** The number of values before a row, given the number before an earlier row. */
  private int valuesBefore(int row, int knownRow, int known) {
    return column.field().multivalent() ? offsets[row] : known + presentIn(knownRow, row);
  }

  private int presentIn(int from, int to) {
    if (presentRows == rows) {
      return to - from;
    }
    int present = 0;
    for (int row = from; row < to; ) {
      int run = Math.min(64 - (row & 63), to - row);
      long word = presence[row >> 6] >>> (row & 63);
      present += Long.bitCount(run == 64 ? word : word & (1L << run) - 1);
      row += run;
    }
    return present;
  }

  private void writePage(
      PageWriter pages, @Nullable Distinct dictionary, int row, int endRow, int value, int endValue)
      throws IOException {
    HybridEncoder levels = new HybridEncoder();
    int levelCount = putLevels(levels, row, endRow);
    BytesInput values;
    if (dictionary == null) {
      values = BytesInput.from(plain.toPlain(value, endValue));
    } else {
      HybridEncoder encoded = new HybridEncoder();
      encoded.put(width(dictionary));
      encoded.encode(ids, value, endValue, width(dictionary));
      values = BytesInput.from(encoded.bytes(), 0, encoded.size());
    }
    Statistics<?> statistics = Statistics.createStats(column.descriptor().getPrimitiveType());
    statistics.incrementNumNulls(levelCount - (endValue - value));
    if (endValue > value) {
      // With a dictionary the range of the whole chunk, which bounds that of the page.
      if (dictionary == null) {
        plain.addRange(statistics, value, endValue);
      } else {
        dictionary.entries().addRange(statistics, 0, dictionary.entries().size());
      }
    }
    pages.writePage(
        BytesInput.concat(BytesInput.from(levels.bytes(), 0, levels.size()), values),
        levelCount,
        endRow - row,
        statistics,
        Encoding.RLE,
        Encoding.RLE,
        dictionary == null ? Encoding.PLAIN : dictionaryEncoding());
  }

  /** Appends the repetition and definition levels of rows, each after its length. */
  private int putLevels(HybridEncoder out, int row, int endRow) {
    HybridEncoder encoder = new HybridEncoder();
    if (!column.field().multivalent()) {
      encoder.encodeBits(presence, row, endRow, presentIn(row, endRow));
      out.putWithLength(encoder);
      return endRow - row;
    }
    int[] repetition = new int[endRow - row + offsets[endRow] - offsets[row]];
    int[] definition = new int[repetition.length];
    int levels = 0;
    for (int i = row; i < endRow; i++) {
      int values = offsets[i + 1] - offsets[i];
      if (values == 0) {
        definition[levels++] = ChunkValues.bit(presence, i);
      }
      for (int v = 0; v < values; v++) {
        repetition[levels] = v == 0 ? 0 : 1;
        definition[levels++] = 2;
      }
    }
    encoder.encode(repetition, 0, levels, 1);
    out.putWithLength(encoder);
    encoder.clear();
    encoder.encode(definition, 0, levels, 2);
    out.putWithLength(encoder);
    return levels;
  }
}
