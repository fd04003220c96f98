package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.Strings;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Whether an entry of a column is in a domain. */
interface EntryCheck {
  /** What is wrong with an entry, if anything. */
  Optional<AnomalyType> of(int entry);

  /** The check of a column's entries; entries of missing rows may be looked at, too. */
  static EntryCheck of(Domain domain, ExampleColumn column) {
    if (column instanceof LongColumn longs) {
      long[] entries = longs.entries();
      return entry -> ofInteger(domain, entries[entry]);
    }
    if (column instanceof FloatColumn floats) {
      float[] entries = floats.entries();
      return entry -> ofNumber(domain, entries[entry]);
    }
    if (column instanceof DoubleColumn doubles) {
      double[] entries = doubles.entries();
      return entry -> ofNumber(domain, entries[entry]);
    }
    return ofBytes(domain, (BytesColumn) column);
  }

  private static EntryCheck ofBytes(Domain domain, BytesColumn column) {
    if (domain instanceof Image image) {
      long most = image.maxBytes().orElse(Long.MAX_VALUE);
      return entry ->
          found(column.entryLength(entry) > most, AnomalyType.MAX_IMAGE_BYTE_SIZE_EXCEEDED);
    }
    if (column.type() == ColumnType.BYTES) {
      return entry -> Optional.empty();
    }
    if (domain instanceof Strings strings) {
      Set<String> known = new HashSet<>(strings.values());
      return entry -> ofString(known, column, entry);
    }
    if (domain instanceof Bool bool) {
      Set<String> known = new HashSet<>();
      bool.trueValue().ifPresent(known::add);
      bool.falseValue().ifPresent(known::add);
      return entry ->
          found(!known.contains(column.entryText(entry)), AnomalyType.BOOL_TYPE_UNEXPECTED_STRING);
    }
    if (domain instanceof IntRange) {
      return entry -> {
        OptionalLong number = TextNumbers.integer(column.entryText(entry));
        return number.isEmpty()
            ? Optional.of(AnomalyType.INT_TYPE_NOT_INT_STRING)
            : ofInteger(domain, number.getAsLong());
      };
    }
    if (domain instanceof FloatRange) {
      return entry -> {
        OptionalDouble number = TextNumbers.number(column.entryText(entry));
        return number.isEmpty()
            ? Optional.of(AnomalyType.FLOAT_TYPE_STRING_NOT_FLOAT)
            : ofNumber(domain, number.getAsDouble());
      };
    }
    return entry -> Optional.empty();
  }

  private static Optional<AnomalyType> ofString(Set<String> known, BytesColumn column, int entry) {
    if (known.contains(column.entryText(entry))) {
      return Optional.empty();
    }
    boolean valid =
        Utf8.isValid(column.data(), column.entryOffsets()[entry], column.entryLength(entry));
    return Optional.of(
        valid
            ? AnomalyType.ENUM_TYPE_UNEXPECTED_STRING_VALUES
            : AnomalyType.ENUM_TYPE_INVALID_UTF8);
  }

  private static Optional<AnomalyType> ofInteger(Domain domain, long value) {
    if (domain instanceof IntRange range) {
      return value < range.min()
          ? Optional.of(AnomalyType.INT_TYPE_SMALL_INT)
          : found(value > range.max(), AnomalyType.INT_TYPE_BIG_INT);
    }
    if (domain instanceof Bool) {
      return value < 0
          ? Optional.of(AnomalyType.BOOL_TYPE_SMALL_INT)
          : found(value > 1, AnomalyType.BOOL_TYPE_BIG_INT);
    }
    return Optional.empty();
  }

  private static Optional<AnomalyType> ofNumber(Domain domain, double value) {
    if (domain instanceof Bool) {
      return found(value != 0 && value != 1, AnomalyType.BOOL_TYPE_UNEXPECTED_FLOAT);
    }
    if (!(domain instanceof FloatRange range)) {
      return Optional.empty();
    }
    if (Double.isNaN(value)) {
      return found(range.nan() == Special.DISALLOWED, AnomalyType.FLOAT_TYPE_HAS_NAN);
    }
    if (Double.isInfinite(value) && range.infinity() == Special.DISALLOWED) {
      return Optional.of(AnomalyType.FLOAT_TYPE_HAS_INF);
    }
    return value < range.min()
        ? Optional.of(AnomalyType.FLOAT_TYPE_SMALL_FLOAT)
        : found(value > range.max(), AnomalyType.FLOAT_TYPE_BIG_FLOAT);
  }

  private static Optional<AnomalyType> found(boolean wrong, AnomalyType type) {
    return wrong ? Optional.of(type) : Optional.empty();
  }
}
