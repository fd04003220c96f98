package io.pergola.examplegen;

/** CSV that cannot be read as asked; the message names the file, the line and the remedy. */
public final class CsvException extends InputException {
  private static final long serialVersionUID = 1L;

  /**
   * A problem at one place.
   *
   * @param line from 1, counting line breaks inside quotes; 0 if the problem is the whole file
   */
  public CsvException(String file, long line, String message) {
    super(file, line, message);
  }

  /** The line on which the record begins, from 1; 0 if the problem is the whole file. */
  public long line() {
    return record();
  }
}
