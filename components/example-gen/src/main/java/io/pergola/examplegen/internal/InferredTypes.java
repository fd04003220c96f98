package io.pergola.examplegen.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The narrowest type that holds every cell of a column: whole numbers of 64 bits, then numbers,
 * then text. Numbers are of 32 bits, but of 64 where a finite one is beyond the range of 32. Empty
 * cells, quoted or not, do not count; a column of nothing else is of whole numbers.
 */
final class InferredTypes {
  private static final byte NOTHING = 0;
  private static final byte LONG = 1;
  private static final byte FLOAT = 2;
  private static final byte DOUBLE = 3;
  private static final byte TEXT = 4;

  private final byte[] found;
  private final int[] cells;
  private final NumberReader number = new NumberReader();

  InferredTypes(List<String> columns) {
    found = new byte[columns.size()];
    cells = new int[found.length];
  }

  /** Goes on with another file. */
  void open(PieceReader piece, List<String> columns) {
    Map<String, Integer> positions = new HashMap<>();
    for (String name : piece.header()) {
      positions.put(name, positions.size());
    }
    for (int c = 0; c < cells.length; c++) {
      cells[c] = positions.getOrDefault(columns.get(c), -1);
    }
  }

  /** Takes a record into account. */
  void add(CsvRecords record) {
    byte[] bytes = record.bytes();
    for (int c = 0; c < cells.length; c++) {
      if (found[c] == TEXT || cells[c] < 0) {
        continue;
      }
      int from = record.start(cells[c]);
      int to = record.end(cells[c]);
      if (from < to) {
        found[c] = widened(found[c], bytes, from, to, record, cells[c]);
      }
    }
  }

  private byte widened(byte type, byte[] bytes, int from, int to, CsvRecords record, int cell) {
    if (type >= FLOAT && number.readPlain(bytes, from, to)) {
      return type;
    }
    if (type <= LONG && number.readWhole(bytes, from, to)) {
      return LONG;
    }
    if (!number.readFloat(bytes, from, to)) {
      return TEXT;
    }
    boolean tooLarge =
        Double.isInfinite(number.number()) && !CellErrors.namesInfinity(record, cell);
    return type == DOUBLE || tooLarge ? DOUBLE : FLOAT;
  }

  /** What was found, a byte a column. */
  byte[] found() {
    return found;
  }

  /** The columns, of the types found. */
  static List<InputColumn> columns(List<String> names, byte[] found) {
    List<InputColumn> columns = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      CellType type =
          switch (c < found.length ? found[c] : NOTHING) {
            case NOTHING, LONG -> CellType.LONG;
            case FLOAT -> CellType.FLOAT;
            case DOUBLE -> CellType.DOUBLE;
            default -> CellType.TEXT;
          };
      columns.add(InputColumn.found(names.get(c), type, false));
    }
    return columns;
  }

  /** The wider type of each column. */
  static byte[] wider(byte[] one, byte[] other, int columns) {
    byte[] widest = Arrays.copyOf(one, columns);
    for (int c = 0; c < Math.min(columns, other.length); c++) {
      widest[c] = (byte) Math.max(widest[c], other[c]);
    }
    return widest;
  }
}
