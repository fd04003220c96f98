package io.pergola.examplegen;

/** Input that cannot be read as asked; the message names the file, the place and the remedy. */
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long record;

  /**
   * A problem at one place.
   *
   * @param record the number of the record in its file, from 1, or of the line on which it begins;
   *     0 if the problem is the whole file
   */
  public InputException(String file, long record, String message) {
    super(message);
    this.file = file;
    this.record = record;
  }

  /** The file, as the pipeline names it. */
  public final String file() {
    return file;
  }

  /**
   * The number of the record in its file, from 1, or of the line on which it begins, as the message
   * says; 0 if the problem is the whole file.
   */
  public final long record() {
    return record;
  }
}
