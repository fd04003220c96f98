package io.pergola.examplegen.internal;

import io.pergola.examplegen.InputException;
import java.util.Locale;

/** Says what is wrong with a value, where it stands, and what to do. */
public final class ValueErrors {
  private static final int LONGEST_VALUE = 60;

  private ValueErrors() {}

  /** A value that is not what its column needs. */
  public static InputException bad(
      InputColumn column, RecordPlace place, String value, String fact) {
    return new InputException(
        place.file(),
        place.record(),
        "Cannot read feature '%s' of %s: '%s' %s. Fix the record%s."
            .formatted(column.name(), place, shown(value), fact, remedy(column, fact)));
  }

  /** A feature that has another number of values than its column allows. */
  static InputException several(InputColumn column, RecordPlace place, int count) {
    return new InputException(
        place.file(),
        place.record(),
        "Cannot read feature '%s' of %s: it has %d values, but %s is one. Declare it as a List."
            .formatted(column.name(), place, count, column.declaredBy()));
  }

  /** A feature that must be there. */
  static InputException missing(InputColumn column, RecordPlace place) {
    return new InputException(
        place.file(),
        place.record(),
        "Cannot read feature '%s' of %s: it is missing, but %s is of a primitive type. Fix the record, or declare it with the boxed type."
            .formatted(column.name(), place, column.declaredBy()));
  }

  /** Elements of a list of which some lack a feature that others have. */
  public static InputException gap(String feature, RecordPlace place, String list) {
    return new InputException(
        place.file(),
        place.record(),
        "Cannot read feature '%s' of %s: an element of '%s' has no value for it, so that values would not line up. Give every element one, or declare a record without it."
            .formatted(feature, place, list));
  }

  /** A value as messages show it: no control characters, and not too long. */
  static String shown(String value) {
    StringBuilder shown = new StringBuilder();
    value
        .codePoints()
        .limit(LONGEST_VALUE)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return value.codePointCount(0, value.length()) > LONGEST_VALUE
        ? shown.append("...").toString()
        : shown.toString();
  }

  /** How a column that a record declares could be declared instead. */
  static String remedy(InputColumn column, String fact) {
    if (column.declaredBy().isEmpty() || fact.startsWith("has half")) {
      return "";
    }
    String wider =
        fact.startsWith("is not a whole number")
            ? "a number with a fraction: declare %s as Double"
            : fact.startsWith("is outside")
                ? "a larger number: declare %s as Long"
                : fact.startsWith("is beyond the range of 32")
                    ? "a 64-bit number: declare %s as Double"
                    : fact.startsWith("is not valid UTF-8")
                        ? "bytes: declare %s as byte[]"
                        : fact.endsWith("not text")
                            ? "a number: declare %s as Double"
                            : "text: declare %s as String";
    return ", or read the column as " + wider.formatted(column.declaredBy());
  }
}
