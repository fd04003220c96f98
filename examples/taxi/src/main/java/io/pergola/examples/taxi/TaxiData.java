package io.pergola.examples.taxi;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes up taxi trips, with the 18 columns of the city's own data: any number, in constant memory,
 * the same for the same seed. Up to a million trips are one file, {@code trips.csv}; more are
 * {@code trips-00000.csv} and so on, a million in each, so that they are read in parallel.
 */
public final class TaxiData {
  /** How many trips one file holds at most. */
  public static final int TRIPS_PER_FILE = 1_000_000;

  private static final Pattern OURS = Pattern.compile("trips(-\\d{5})?\\.csv");
  private static final byte[] HEADER =
      """
      pickup_community_area,fare,trip_start_month,trip_start_hour,trip_start_day,\
      trip_start_timestamp,pickup_latitude,pickup_longitude,dropoff_latitude,dropoff_longitude,\
      trip_miles,pickup_census_tract,dropoff_census_tract,payment_type,company,trip_seconds,\
      dropoff_community_area,tips
      """
          .getBytes(StandardCharsets.UTF_8);

  private TaxiData() {}

  /**
   * Writes trips of an ordinary day. Files of earlier calls are replaced.
   *
   * @param rows at least 1
   */
  public static void write(Path directory, long rows, long seed) throws IOException {
    write(directory, rows, seed, Defects.NONE);
  }

  /**
   * Writes the trips of one calendar day to {@code 2026-11-20/trips-v1.csv} under a folder; they
   * are there at once or not at all.
   *
   * @param version of that day's data, from 1; each has other trips
   * @param rows from 1 to {@link #TRIPS_PER_FILE}
   */
  public static void writeDay(Path directory, LocalDate day, int version, long rows, long seed)
      throws IOException {
    writeDay(directory, day, version, rows, seed, Defects.NONE);
  }

  /**
   * Writes the first version of a broken day's trips, as {@link #writeDay} names its file.
   *
   * @param rows from 1 to {@link #TRIPS_PER_FILE}
   */
  public static void writeBadDay(Path directory, LocalDate day, long rows, long seed)
      throws IOException {
    writeDay(directory, day, 1, rows, seed, Defects.BAD_DAY);
  }

  private static void writeDay(
      Path directory, LocalDate day, int version, long rows, long seed, Defects defects)
      throws IOException {
    if (files(rows) > 1) {
      throw new IllegalArgumentException(
          "Invalid number of rows of a day: %d (at most %d)".formatted(rows, TRIPS_PER_FILE));
    }
    Path folder = Files.createDirectories(directory.resolve(day.toString()));
    long ofDay = (seed * 31 + day.toEpochDay()) * 31 + version;
    try {
      writeFile(folder.resolve("trips-v" + version + ".csv"), 0, rows, ofDay, defects);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Writes trips of a broken day: a payment type that nobody has heard of, fares that are missing,
   * negative or not a number, a company from another city, hours past midnight. Against the schema
   * of an ordinary day these are anomalies.
   *
   * @param rows at least 1
   */
  public static void writeBadDay(Path directory, long rows, long seed) throws IOException {
    write(directory, rows, seed, Defects.BAD_DAY);
  }

  private static void write(Path directory, long rows, long seed, Defects defects)
      throws IOException {
    int files = files(rows);
    Files.createDirectories(directory);
    Set<String> names = new HashSet<>();
    for (int f = 0; f < files; f++) {
      names.add(name(f, files));
    }
    removeOthers(directory, names);
    try {
      IntStream.range(0, files)
          .parallel()
          .forEach(f -> writeFile(directory.resolve(name(f, files)), f, rows, seed, defects));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The number of files, or parts, that so many trips are written as. */
  static int files(long rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("Invalid number of rows: %d (at least 1)".formatted(rows));
    }
    return Math.toIntExact((rows + TRIPS_PER_FILE - 1) / TRIPS_PER_FILE);
  }

  /** The number of trips in one file. */
  static long rowsOf(int file, long rows) {
    return Math.min(TRIPS_PER_FILE, rows - (long) file * TRIPS_PER_FILE);
  }

  /** The trips of one file. */
  static TripSampler sampler(int file, long seed) {
    return new TripSampler(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + file));
  }

  private static String name(int file, int files) {
    return files == 1 ? "trips.csv" : "trips-%05d.csv".formatted(file);
  }

  private static void removeOthers(Path directory, Set<String> names) throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(directory)) {
      found = entries.toList();
    }
    for (Path file : found) {
      String name = file.getFileName().toString();
      if (OURS.matcher(name).matches() && !names.contains(name)) {
        Files.delete(file);
      }
    }
  }

  private static void writeFile(Path file, int index, long rows, long seed, Defects defects) {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        out.write(HEADER);
        Cells cells = new Cells(out);
        TripSampler trip = sampler(index, seed);
        long count = rowsOf(index, rows);
        for (long i = 0; i < count; i++) {
          trip.next();
          defects.write(trip, cells);
        }
        cells.flush();
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
