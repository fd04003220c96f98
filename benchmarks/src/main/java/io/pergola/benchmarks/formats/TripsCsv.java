package io.pergola.benchmarks.formats;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/** Writes made-up taxi trips as CSV: 18 columns, with the real data's types, gaps and digits. */
final class TripsCsv {
  private static final String HEADER =
      "pickup_community_area,fare,trip_start_month,trip_start_hour,trip_start_day,"
          + "trip_start_timestamp,pickup_latitude,pickup_longitude,dropoff_latitude,"
          + "dropoff_longitude,trip_miles,pickup_census_tract,dropoff_census_tract,payment_type,"
          + "company,trip_seconds,dropoff_community_area,tips\n";
  private static final String[] PAYMENTS = {
    "Cash", "Credit Card", "No Charge", "Unknown", "Dispute", "Prcard", "Pcard"
  };
  private static final int TRACTS = 300;

  private final SplittableRandom random = new SplittableRandom(20_130_101);
  private final String[] places = new String[TRACTS];
  private final StringBuilder line = new StringBuilder();

  private TripsCsv() {
    for (int i = 0; i < TRACTS; i++) {
      places[i] =
          String.format(
              Locale.ROOT,
              "%.9f,%.9f",
              41.65 + random.nextDouble() * 0.37,
              -87.92 + random.nextDouble() * 0.39);
    }
  }

  /** What a record class declares of them. */
  public record Trip(
      Long pickupCommunityArea,
      Float fare,
      Long tripStartMonth,
      Long tripStartHour,
      Long tripStartDay,
      Long tripStartTimestamp,
      Float pickupLatitude,
      Float pickupLongitude,
      Float dropoffLatitude,
      Float dropoffLongitude,
      Float tripMiles,
      Long pickupCensusTract,
      Long dropoffCensusTract,
      String paymentType,
      String company,
      Long tripSeconds,
      Long dropoffCommunityArea,
      Float tips) {}

  /** A file of that name and at least that size, written if it is not there. */
  static Path in(Path folder, String name, long bytes) throws IOException {
    Path file = Files.createDirectories(folder).resolve(name);
    if (!Files.exists(file)) {
      TripsCsv trips = new TripsCsv();
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
        trips.write(out, bytes);
      }
    }
    return file;
  }

  /** A folder of so many files of about 1 KB each, written if it is not there. */
  static Path small(Path folder, int files) throws IOException {
    Path small = folder.resolve("small-" + files);
    if (!Files.exists(small)) {
      TripsCsv trips = new TripsCsv();
      for (int f = 0; f < files; f++) {
        Path below = Files.createDirectories(small.resolve("%03d".formatted(f / 1_000)));
        try (OutputStream out =
            new BufferedOutputStream(Files.newOutputStream(below.resolve(f + ".csv")))) {
          trips.write(out, 1_000);
        }
      }
    }
    return small;
  }

  private void write(OutputStream out, long bytes) throws IOException {
    byte[] header = HEADER.getBytes(StandardCharsets.US_ASCII);
    out.write(header);
    for (long written = header.length; written < bytes; ) {
      line.setLength(0);
      row();
      byte[] row = line.toString().getBytes(StandardCharsets.US_ASCII);
      out.write(row);
      written += row.length;
    }
  }

  private void row() {
    int tenths = random.nextInt(5) == 0 ? 0 : (int) (-Math.log(1 - random.nextDouble()) * 35);
    int fare = 325 + tenths * 22 + 5 * random.nextInt(40);
    int payment = skewed(PAYMENTS.length);
    int tips = payment == 1 ? random.nextInt(1 + fare / 3) : 0;
    boolean located = random.nextInt(3) > 0;
    boolean droppedOff = random.nextInt(3) > 0;
    number(random.nextInt(10) > 0, 1L + skewed(77));
    hundredths(fare);
    number(true, 1L + random.nextInt(12));
    number(true, random.nextInt(24));
    number(true, 1L + random.nextInt(7));
    number(true, 1_356_998_400L + 900L * random.nextInt(140_000));
    line.append(located ? places[skewed(TRACTS)] : ",").append(',');
    line.append(droppedOff ? places[skewed(TRACTS)] : ",").append(',');
    line.append(tenths / 10).append('.').append(tenths % 10).append(',');
    number(random.nextInt(4) == 0, 17_031_000_000L + 100L * random.nextInt(8_000));
    number(random.nextInt(4) > 0, 17_031_000_000L + 100L * random.nextInt(8_000));
    line.append(PAYMENTS[payment]).append(',');
    if (random.nextInt(3) > 0) {
      line.append("Taxi Affiliation of District ").append(100 + skewed(130));
    }
    line.append(',');
    number(true, 60L * random.nextInt(60));
    number(random.nextInt(20) > 0, 1L + skewed(77));
    hundredths(tips);
    line.setCharAt(line.length() - 1, '\n');
  }

  private void number(boolean present, long value) {
    if (present) {
      line.append(value);
    }
    line.append(',');
  }

  private void hundredths(int value) {
    line.append(value / 100).append('.').append(value % 100 / 10);
    if (value % 10 > 0) {
      line.append(value % 10);
    }
    line.append(',');
  }

  private int skewed(int bound) {
    double u = random.nextDouble();
    return (int) (u * u * u * bound);
  }
}
