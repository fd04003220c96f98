package io.pergola.examplegen.internal;

/**
 * Where a record stands.
 *
 * @param unit what is counted: {@code record} or {@code line}
 * @param record its number in the file, from 1
 */
public record RecordPlace(String file, String unit, long record) {
  @Override
  public String toString() {
    return "%s %s %d".formatted(file, unit, record);
  }
}
