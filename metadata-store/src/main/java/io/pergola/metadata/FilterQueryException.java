package io.pergola.metadata;

/** A filter query that cannot be read; the message points at the column. */
public final class FilterQueryException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int column;

  /**
   * A query that cannot be read from some column on.
   *
   * @param column from 1
   * @param problem what is wrong there
   * @param remedy a sentence
   */
  public FilterQueryException(int column, String problem, String remedy) {
    super("Cannot read filter query at column %d: %s. %s".formatted(column, problem, remedy));
    this.column = column;
  }

  /** Where it cannot be read, from 1. */
  public int column() {
    return column;
  }
}
