package io.pergola.beam.internal;

import io.pergola.beam.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Values that are stored as something else than they mean: decimals are the nearest 64-bit number
 * (whole ones of up to 18 digits are whole), 96-bit timestamps nanoseconds since 1970, 16-bit
 * numbers 32-bit ones. Unsigned 64-bit numbers above 2^63 - 1 are refused.
 */
final class ConvertedValues {
  private static final int LONG_DIGITS = 18;
  private static final long JULIAN_DAY_OF_1970 = 2_440_588;
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  private ConvertedValues() {}

  /** Whether values of a type have to be converted. */
  static boolean isConverted(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return type.getPrimitiveTypeName() == PrimitiveTypeName.INT96
        || logical instanceof DecimalLogicalTypeAnnotation
        || logical instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation
        || isUnsignedLong(type);
  }

  private static boolean isUnsignedLong(PrimitiveType type) {
    return type.getPrimitiveTypeName() == PrimitiveTypeName.INT64
        && type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation integer
        && !integer.isSigned();
  }

  /** What they are converted to. */
  static ColumnType type(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return isWhole(decimal) ? ColumnType.INT : ColumnType.DOUBLE;
    }
    return logical instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation
        ? ColumnType.FLOAT
        : ColumnType.INT;
  }

  private static boolean isWhole(DecimalLogicalTypeAnnotation decimal) {
    return decimal.getScale() == 0 && decimal.getPrecision() <= LONG_DIGITS;
  }

  static void add(ColumnAssembly assembly, PrimitiveType type, ColumnReader reader) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      BigInteger unscaled =
          switch (type.getPrimitiveTypeName()) {
            case INT32 -> BigInteger.valueOf(reader.getInteger());
            case INT64 -> BigInteger.valueOf(reader.getLong());
            default -> unscaled(reader.getBinary());
          };
      if (isWhole(decimal)) {
        assembly.addLong(unscaled.longValueExact());
      } else {
        assembly.addDouble(new BigDecimal(unscaled, decimal.getScale()).doubleValue());
      }
    } else if (logical instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation) {
      assembly.addFloat(ofHalf(reader.getBinary().get2BytesLittleEndian()));
    } else if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      assembly.addLong(nanos(reader.getBinary()));
    } else {
      long value = reader.getLong();
      if (value < 0) {
        throw new ArithmeticException(
            "%s is beyond the range of 64-bit numbers with a sign"
                .formatted(Long.toUnsignedString(value)));
      }
      assembly.addLong(value);
    }
  }

  /**
   * The number that 16 bits stand for by IEEE 754: 1 for the sign, 5 of exponent, 10 of fraction.
   */
  static float ofHalf(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
        };
    return bits < 0 ? -magnitude : magnitude;
  }

  private static BigInteger unscaled(Binary value) {
    byte[] bytes = value.getBytes();
    return bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
  }

  private static long nanos(Binary value) {
    ByteBuffer buffer = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long ofDay = buffer.getLong();
    long days = Integer.toUnsignedLong(buffer.getInt()) - JULIAN_DAY_OF_1970;
    try {
      return Math.addExact(Math.multiplyExact(days, NANOS_PER_DAY), ofDay);
    } catch (ArithmeticException e) {
      throw new ArithmeticException(
          "day %d since 1970 is beyond the range of nanoseconds in 64 bits".formatted(days));
    }
  }
}
