package io.pergola.feature;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text per example, being described. It becomes a feature as a {@link Categorical}. */
public record Text(String name, Expr.OfText expr) {

  /** Puts {@code value} where the text is missing. */
  public Text orElse(String value) {
    return new Text(name, new Expr.FillText(expr, value));
  }

  /** In small letters. */
  public Text lower() {
    return with(TextFunction.Name.LOWER);
  }

  /** Without white space at either end. */
  public Text strip() {
    return with(TextFunction.Name.STRIP);
  }

  /** In Unicode's normal form C, so that one letter is not written in two ways. */
  public Text nfc() {
    return with(TextFunction.Name.NFC);
  }

  /** In capital letters. */
  public Text upper() {
    return with(TextFunction.Name.UPPER);
  }

  /** In Unicode's normal form KC: also what only looks alike, wide letters say, is one. */
  public Text nfkc() {
    return with(TextFunction.Name.NFKC);
  }

  /** Whether it is one of these texts, byte for byte. */
  public Label is(String first, String... more) {
    List<String> values = new ArrayList<>(List.of(first));
    values.addAll(List.of(more));
    return new Label(name, new Truth.TextIs(expr, values));
  }

  /**
   * What a function of yours makes of the text, where that is present; null is missing.
   *
   * @param functionName what plans call it
   */
  public Text map(String functionName, RowFunction.OfText function) {
    return new Text(
        name,
        new Mapped.TextOfText(
            functionName,
            Mapped.reference(RowFunction.OfText.class, functionName, function),
            expr));
  }

  /**
   * The number that a function of yours makes of the text, where that is present.
   *
   * @param functionName what plans call it
   */
  public Numeric mapToNumber(String functionName, RowFunction.NumberOfText function) {
    return new Numeric(
        name,
        new Mapped.NumberOfText(
            functionName,
            Mapped.reference(RowFunction.NumberOfText.class, functionName, function),
            expr));
  }

  /** How many characters (Unicode code points) it has. */
  public Numeric length() {
    return new Numeric(name, new TextMeasure(TextMeasure.Unit.CHARACTERS, expr));
  }

  /** How many words, separated by white space, it has. */
  public Numeric wordCount() {
    return new Numeric(name, new TextMeasure(TextMeasure.Unit.WORDS, expr));
  }

  /**
   * With every match of {@code pattern} replaced; {@code $1} in {@code replacement} is what the
   * first group matched.
   */
  public Text replace(Pattern pattern, String replacement) {
    return new Text(name, new TextReplace(expr, pattern.pattern(), pattern.flags(), replacement));
  }

  /**
   * The time that the text says.
   *
   * @param pattern as {@link java.time.format.DateTimeFormatter#ofPattern} reads it: {@code
   *     uuuu-MM-dd HH:mm:ss}
   * @param zone of texts that name none
   */
  public Time time(String pattern, ZoneId zone) {
    return new Time(name, new TimeValue.Parsed(expr, pattern, zone.getId()));
  }

  /** Its words: the runs of anything but white space. */
  public Tokens tokenize() {
    return new Tokens(name, new TokenList.Tokenize(expr));
  }

  /** The parts that match {@code token}, from left to right; empty matches are none. */
  public Tokens tokenize(Pattern token) {
    return new Tokens(name, new TokenList.Find(expr, token.pattern(), token.flags()));
  }

  /** The parts between those that match {@code separator}; empty parts are none. */
  public Tokens split(Pattern separator) {
    return new Tokens(name, new TokenList.Split(expr, separator.pattern(), separator.flags()));
  }

  private Text with(TextFunction.Name function) {
    return new Text(name, new TextFunction(function, expr));
  }

  /** Ids 0..topK-1 for the most frequent terms, and {@code oovBuckets} more for the rest. */
  public Categorical vocabulary(int topK, int oovBuckets) {
    return vocabulary(topK, oovBuckets, 1);
  }

  /** The same, of terms that the analysed examples show at least {@code minFrequency} times. */
  public Categorical vocabulary(int topK, int oovBuckets, long minFrequency) {
    return new Categorical(name, new Expr.Vocabulary(expr, topK, oovBuckets, minFrequency));
  }

  /** The same, of terms that are ranked by something else than how often they occur. */
  public Categorical vocabulary(int topK, int oovBuckets, Ranking ranking) {
    return new Categorical(name, new RankedVocabulary(expr, topK, oovBuckets, ranking));
  }

  /** The vector that {@code table} has of the text; zeros where it has none. */
  public Vector embed(EmbeddingTable table) {
    return new Vector(name, new FixedVector.Embedding(expr, table));
  }

  /** Ids 0..buckets-1 by hash. */
  public Categorical hash(int buckets) {
    return new Categorical(name, new Expr.Hash(expr, buckets));
  }

  /** Whether the text is missing; never missing itself. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** Every combination of this text with {@code other}; hash it to make a feature. */
  public Crossed cross(Categorical other) {
    return Crossed.of(name, expr, other.name(), other.expr());
  }

  /** Every combination of this text with {@code other}; hash it to make a feature. */
  public Crossed cross(Text other) {
    return Crossed.of(name, expr, other.name, other.expr);
  }

  /** The same text under another name. */
  public Text as(String newName) {
    return new Text(newName, expr);
  }
}
