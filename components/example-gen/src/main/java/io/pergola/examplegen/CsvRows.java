package io.pergola.examplegen;

import io.pergola.beam.ExampleBatch;
import io.pergola.examplegen.internal.CsvCells;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Reads some columns of a CSV file batch by batch, by the rules of {@link CsvExampleGen}: an empty
 * cell is missing, {@code ""} an empty text. Memory is that of one batch. Not thread-safe.
 */
public final class CsvRows implements Closeable {
  private final CsvCells cells;

  private CsvRows(CsvCells cells) {
    this.cells = cells;
  }

  /**
   * Opens a file.
   *
   * @param numbers columns to read as numbers
   * @param texts columns to read as text
   * @throws InputException if it has no header line, or lacks one of the columns
   */
  public static CsvRows open(Path file, Set<String> numbers, Set<String> texts) throws IOException {
    return new CsvRows(CsvCells.open(file, numbers, texts));
  }

  /**
   * The next rows, with the columns that were asked for and no other. A column of numbers is of
   * 64-bit integers if all of the batch's are whole, otherwise of float64.
   *
   * @param most rows, 1 or more
   * @return empty at the end of the file
   * @throws InputException at a row that cannot be read, with file, line, column and value
   */
  public Optional<ExampleBatch> next(int most) throws IOException {
    return cells.next(most);
  }

  /** The line on which a row of the last batch begins, from 1. */
  public long line(int row) {
    return cells.line(row);
  }

  @Override
  public void close() throws IOException {
    cells.close();
  }
}
