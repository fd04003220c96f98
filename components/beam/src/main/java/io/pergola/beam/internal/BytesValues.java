package io.pergola.beam.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import java.util.Arrays;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** The values of chunks of text or bytes: BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY. */
final class BytesValues extends ChunkValues {
  private static final double LIKELY_MORE = 1.02;
  private static final int MOST_RESERVED = 64 << 20;

  /** A column keeps an array that is at most a quarter too long, rather than a copy of it. */
  private static final int MOST_SLACK = 4;

  /** The length of every value; -1 if each has its own. */
  private final int fixedLength;

  private byte[] dictionary = {};
  private int[] dictionaryOffsets = {0};
  private byte[] data = {};
  private int[] offsets = {0};

  BytesValues(ExampleSchema.Field field, PrimitiveType type, int capacity) {
    super(field, capacity);
    fixedLength =
        type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
            ? type.getTypeLength()
            : -1;
  }

  @Override
  void setDictionary(PageData.Slice page, int entries) {
    int length = valueBytes(page, entries);
    dictionary = new byte[length];
    dictionaryOffsets = new int[entries + 1];
    decode(page, entries, dictionary, dictionaryOffsets, 0);
  }

  @Override
  void reserve(int size) {
    if (offsets.length < size + 1) {
      offsets = Arrays.copyOf(offsets, capacity() + 1);
    }
  }

  @Override
  void readPlain(Encoding encoding, PageData.Slice in, int base, int count) {
    if (encoding != Encoding.PLAIN) {
      throw new PageData.UnsupportedPageException(encoding);
    }
    int bytes = valueBytes(in, count);
    if (data.length == 0) {
      reserveLike(bytes, count);
    }
    reserveData(offsets[base], bytes);
    decode(in, count, data, offsets, base);
  }

  /** How many bytes the values of a page of that length have. */
  private int valueBytes(PageData.Slice in, int count) {
    long bytes =
        fixedLength < 0 ? in.length() - (long) count * Integer.BYTES : (long) count * fixedLength;
    checkLength(in, bytes);
    if (bytes < 0) {
      throw new IllegalStateException("a page is too short for its %d values".formatted(count));
    }
    return (int) bytes;
  }

  /** Makes room for the whole chunk, as if all its values were like those of its first page. */
  private void reserveLike(int bytes, int count) {
    long all = (long) ((double) bytes / Math.max(1, count) * capacity() * LIKELY_MORE);
    data = new byte[(int) Math.min(MOST_RESERVED, Math.max(bytes, all))];
  }

  private void reserveData(int length, long more) {
    long needed = length + more;
    if (needed > ColumnAssembly.MAX_BYTES) {
      throw new IllegalStateException(
          "the row group has more than %d bytes of it".formatted(ColumnAssembly.MAX_BYTES));
    }
    if (needed > data.length) {
      long roomy = Math.min(ColumnAssembly.MAX_BYTES, Math.max(needed, data.length * 2L));
      data = Arrays.copyOf(data, (int) roomy);
    }
  }

  private void decode(PageData.Slice in, int count, byte[] target, int[] ends, int base) {
    byte[] bytes = in.bytes();
    int position = in.from();
    int end = ends[base];
    for (int i = 0; i < count; i++) {
      int length = fixedLength;
      if (length < 0) {
        length = position > in.to() - Integer.BYTES ? -1 : Bytes.readInt(bytes, position);
        position += Integer.BYTES;
      }
      if (length < 0 || length > in.to() - position) {
        throw new IllegalStateException("a value does not fit into its page");
      }
      System.arraycopy(bytes, position, target, end, length);
      position += length;
      end += length;
      ends[base + i + 1] = end;
    }
  }

  @Override
  void spread(int base, int rows, int present, long[] presence) {
    int next = present;
    for (int i = rows - 1; i >= 0; i--) {
      offsets[base + i + 1] = offsets[base + next];
      next -= bit(presence, base + i);
    }
  }

  @Override
  void gather(int[] ids, int from, int count, int base) {
    long length = 0;
    for (int i = from; i < from + count; i++) {
      length += ids[i] < 0 ? 0 : dictionaryOffsets[ids[i] + 1] - dictionaryOffsets[ids[i]];
    }
    int end = offsets[base];
    reserveData(end, length);
    for (int i = 0; i < count; i++) {
      int id = ids[from + i];
      if (id >= 0) {
        int start = dictionaryOffsets[id];
        int bytes = dictionaryOffsets[id + 1] - start;
        System.arraycopy(dictionary, start, data, end, bytes);
        end += bytes;
      }
      offsets[base + i + 1] = end;
    }
  }

  @Override
  ExampleColumn plainColumn(int rows, long @Nullable [] presence, int @Nullable [] rowOffsets) {
    int[] ends = offsets.length == size() + 1 ? offsets : Arrays.copyOf(offsets, size() + 1);
    int length = ends[size()];
    byte[] bytes = data.length - length > length / MOST_SLACK ? Arrays.copyOf(data, length) : data;
    return column(rows, bytes, ends, null, presence, rowOffsets);
  }

  @Override
  ExampleColumn dictionaryColumn(
      int rows, int[] ids, long @Nullable [] presence, int @Nullable [] rowOffsets) {
    return column(rows, dictionary, dictionaryOffsets, ids, presence, rowOffsets);
  }

  @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
  private ExampleColumn column(
      int rows,
      byte[] bytes,
      int[] ends,
      int @Nullable [] ids,
      long @Nullable [] presence,
      int @Nullable [] rowOffsets) {
    return new BytesColumn(
        field().name(), field().type(), rows, bytes, ends, ids, presence, rowOffsets);
  }
}
