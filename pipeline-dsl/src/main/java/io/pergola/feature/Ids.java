package io.pergola.feature;

/** A list of ids per example, each in 0..size-1 or -1, being described. */
public record Ids(String name, Expr.OfIds expr) {

  /** How many ids there can be. */
  public int size() {
    return expr.size();
  }

  /** Each distinct id once, where it first stands. */
  public Ids distinct() {
    return new Ids(name, new IdList.Distinct(expr));
  }

  /** The first {@code count} ids; all where there are fewer. */
  public Ids first(int count) {
    return new Ids(name, new IdList.First(expr, count));
  }

  /**
   * A sequence of {@code length} ids: the first ones, and {@link #size} as padding behind a shorter
   * list. Ids of -1 are left out.
   */
  public Sequence padTo(int length) {
    return new Sequence(name, new PaddedIds(expr, length));
  }

  /** A vector of {@link #size} numbers: 1 at each id that the list has, 0 elsewhere. */
  public Vector multiHot() {
    return new Vector(name, new FixedVector.MultiHot(expr));
  }

  /** A vector of {@link #size} numbers: how often the list has each id. */
  public Vector bagOfWords() {
    return new Vector(name, new FixedVector.BagOfWords(expr));
  }

  /**
   * A vector of {@link #size} numbers: how often the list has each id, as a fraction of its length,
   * times {@code ln((n + 1) / (d + 1)) + 1}, where d of n analysed lists have the id.
   */
  public Vector tfIdf() {
    return new Vector(name, new FixedVector.TfIdf(expr, FixedVector.TfIdf.Smoothing.SMOOTH));
  }

  /** The same with {@code ln(n / d) + 1}, which is 0 for an id that no analysed list has. */
  public Vector tfIdfUnsmoothed() {
    return new Vector(name, new FixedVector.TfIdf(expr, FixedVector.TfIdf.Smoothing.NONE));
  }

  /** How many ids there are, those of -1 included. */
  public Numeric count() {
    return new Numeric(name, new ListMeasure(ListMeasure.Name.COUNT, expr));
  }

  /** Whether the list is missing; an empty list is not. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** The same ids under another name. */
  public Ids as(String newName) {
    return new Ids(newName, expr);
  }
}
