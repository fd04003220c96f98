package io.pergola.feature;

/**
 * A list of texts per example, being described: words, tags, titles. It becomes a feature by way of
 * {@link Ids}.
 */
public record Tokens(String name, Expr.OfTokens expr) {

  /** Each in small letters. */
  public Tokens lower() {
    return with(new TokenList.Each(TextFunction.Name.LOWER, expr));
  }

  /** Each without white space at either end. */
  public Tokens strip() {
    return with(new TokenList.Each(TextFunction.Name.STRIP, expr));
  }

  /** Each in Unicode's normal form C. */
  public Tokens nfc() {
    return with(new TokenList.Each(TextFunction.Name.NFC, expr));
  }

  /** Each in capital letters. */
  public Tokens upper() {
    return with(new TokenList.Each(TextFunction.Name.UPPER, expr));
  }

  /** Each in Unicode's normal form KC. */
  public Tokens nfkc() {
    return with(new TokenList.Each(TextFunction.Name.NFKC, expr));
  }

  /** Runs of {@code from} to {@code to} neighbouring texts, joined with a space. */
  public Tokens ngrams(int from, int to) {
    return ngrams(from, to, " ");
  }

  /**
   * Runs of {@code from} to {@code to} neighbouring texts, joined with {@code separator}: of a list
   * a, b, c, from 1 to 2, they are a, a b, b, b c, c.
   */
  public Tokens ngrams(int from, int to, String separator) {
    return with(new TokenList.NGrams(expr, from, to, separator));
  }

  /** Each distinct text once, where it first stands. */
  public Tokens distinct() {
    return with(new TokenList.Distinct(expr));
  }

  /** The first {@code count} texts; all where there are fewer. */
  public Tokens first(int count) {
    return with(new TokenList.First(expr, count));
  }

  /** Ids 0..topK-1 for the most frequent texts, and {@code oovBuckets} more for the rest. */
  public Ids vocabulary(int topK, int oovBuckets) {
    return vocabulary(topK, oovBuckets, 1);
  }

  /** The same, of texts that the analysed examples show at least {@code minFrequency} times. */
  public Ids vocabulary(int topK, int oovBuckets, long minFrequency) {
    return new Ids(name, new IdList.Vocabulary(expr, topK, oovBuckets, minFrequency));
  }

  /** The same, of texts that are ranked by something else than how often they occur. */
  public Ids vocabulary(int topK, int oovBuckets, Ranking ranking) {
    return new Ids(name, new IdList.Ranked(expr, topK, oovBuckets, ranking));
  }

  /** The mean of the vectors that {@code table} has of the texts; zeros where it has none. */
  public Vector embed(EmbeddingTable table) {
    return new Vector(name, new FixedVector.Embedding(expr, table));
  }

  /** Ids 0..buckets-1 by hash. */
  public Ids hash(int buckets) {
    return new Ids(name, new IdList.Hash(expr, buckets));
  }

  /** How many texts there are. */
  public Numeric count() {
    return new Numeric(name, new ListMeasure(ListMeasure.Name.COUNT, expr));
  }

  /** Whether the list is missing; an empty list is not. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** The same texts under another name. */
  public Tokens as(String newName) {
    return new Tokens(newName, expr);
  }

  private Tokens with(Expr.OfTokens e) {
    return new Tokens(name, e);
  }
}
