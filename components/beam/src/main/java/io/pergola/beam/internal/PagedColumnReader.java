package io.pergola.beam.internal;

import io.pergola.beam.ExampleColumn;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column page by page into arrays, dictionaries kept. Knows the encodings that practically
 * all files have: PLAIN, dictionaries, and run lengths.
 */
final class PagedColumnReader {
  private static final long[] NO_BITS = {};

  private final ParquetColumn column;
  private final PageReader pages;
  private final int rows;
  private final IntConsumer gaps;
  private final int maxRepetition;
  private final int maxDefinition;
  private final long maxCount;
  private final ChunkValues values;
  private final long @Nullable [] presence;
  private int row;
  private int present;
  private int nulls;
  private int firstOfRow;

  private PagedColumnReader(ParquetColumn column, PageReader pages, int rows, IntConsumer gaps) {
    this.column = column;
    this.pages = pages;
    this.rows = rows;
    this.gaps = gaps;
    ColumnDescriptor descriptor = column.descriptor();
    maxRepetition = descriptor.getMaxRepetitionLevel();
    maxDefinition = descriptor.getMaxDefinitionLevel();
    maxCount = pages.getTotalValueCount();
    values = values(column, rows);
    presence = maxDefinition == 0 ? null : new long[(rows >> 6) + 1];
  }

  private static ChunkValues values(ParquetColumn column, int capacity) {
    PrimitiveType type = column.descriptor().getPrimitiveType();
    return switch (column.field().type()) {
      case INT -> new NumberValues.Longs(column.field(), type, capacity);
      case FLOAT -> new NumberValues.Floats(column.field(), capacity);
      case DOUBLE -> new NumberValues.Doubles(column.field(), capacity);
      case TEXT, BYTES -> new BytesValues(column.field(), type, capacity);
    };
  }

  /**
   * Reads a whole chunk. A row whose list holds nothing but nulls lacks the feature.
   *
   * @param gaps is told of rows whose list has nulls among values, which are left out of it
   * @throws PageData.UnsupportedPageException if a page has another encoding
   * @throws RuntimeException of other kinds if a page is corrupt
   */
  static ExampleColumn read(ParquetColumn column, PageReader pages, int rows, IntConsumer gaps)
      throws IOException {
    return new PagedColumnReader(column, pages, rows, gaps).read();
  }

  private ExampleColumn read() throws IOException {
    DictionaryPage dictionary = pages.readDictionaryPage();
    if (dictionary != null) {
      values.readDictionary(
          PageData.Slice.of(dictionary.getBytes()), dictionary.getDictionarySize());
    }
    int @Nullable [] offsets = maxRepetition == 0 ? null : new int[rows + 1];
    for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
      PageData data = PageData.of(page, maxRepetition, maxDefinition);
      if (data.count() < 0 || data.count() > maxCount) {
        throw new IllegalStateException("a page claims %d values".formatted(data.count()));
      }
      if (offsets == null) {
        readFlat(data);
      } else {
        readLists(data, offsets);
      }
    }
    endList(values.size());
    if (row != rows) {
      throw new IllegalStateException("its pages have %d rows instead of %d".formatted(row, rows));
    }
    return values.column(rows, bitmap(), offsets);
  }

  private long @Nullable [] bitmap() {
    if (presence == null || present == rows) {
      return null;
    }
    return Arrays.copyOf(presence, (rows + 63) >> 6);
  }

  private void readFlat(PageData page) {
    int count = page.count();
    if (count > rows - row) {
      throw new IllegalStateException("its pages have more than %d rows".formatted(rows));
    }
    PageData.Slice levels = page.definition();
    if (levels == null || presence == null) {
      values.readPage(page, count, count, NO_BITS);
      present += count;
    } else {
      int here =
          maxDefinition == 1
              ? HybridDecoder.decodeBits(
                  levels.bytes(), levels.from(), levels.to(), count, presence, row)
              : nested(levels, count, presence);
      values.readPage(page, count, here, presence);
      present += here;
    }
    row += count;
  }

  /** Which values are present below fields that may be missing themselves. */
  private int nested(PageData.Slice levels, int count, long[] bits) {
    int[] definitions = levels(levels, maxDefinition, count);
    int here = 0;
    for (int i = 0; i < count; i++) {
      if (definitions[i] == maxDefinition) {
        bits[row + i >> 6] |= 1L << (row + i & 63);
        here++;
      }
    }
    return here;
  }

  private void readLists(PageData page, int[] offsets) {
    int count = page.count();
    int[] repetitions = levels(page.repetition(), maxRepetition, count);
    int[] definitions = levels(page.definition(), maxDefinition, count);
    int presentLevel = column.presentLevel();
    int before = values.size();
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (repetitions[i] == 0) {
        if (row == rows) {
          throw new IllegalStateException("its pages have more than %d rows".formatted(rows));
        }
        endList(before + found);
        row++;
        if (definitions[i] >= presentLevel) {
          if (presence != null) {
            presence[row - 1 >> 6] |= 1L << (row - 1 & 63);
          }
          present++;
        }
      }
      if (definitions[i] == maxDefinition) {
        found++;
      } else if (definitions[i] > presentLevel) {
        nulls++;
      }
      offsets[row] = before + found;
    }
    values.readPage(page, found, found, NO_BITS);
  }

  /**
   * Ends the list of the row before.
   *
   * @param size how many values there are so far
   */
  private void endList(int size) {
    if (nulls > 0) {
      if (size > firstOfRow) {
        gaps.accept(row - 1);
      } else if (presence != null) {
        presence[row - 1 >> 6] &= ~(1L << (row - 1 & 63));
        present--;
      }
      nulls = 0;
    }
    firstOfRow = size;
  }

  private static int[] levels(PageData.@Nullable Slice levels, int max, int count) {
    int[] decoded = new int[count];
    if (levels != null) {
      HybridDecoder.decode(
          levels.bytes(), levels.from(), levels.to(), HybridDecoder.width(max), count, decoded, 0);
    }
    return decoded;
  }
}
