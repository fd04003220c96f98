package io.pergola.examples.penguins;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Random;

/**
 * Makes up penguins, with the five columns of the scaled Palmer penguins: any number, in constant
 * memory, the same for the same seed. Within a species each measure is normal, with the mean and
 * the standard deviation of the 342 penguins that Gorman, Williams and Fraser measured (2014), and
 * large penguins are large in every measure.
 */
public final class PenguinData {
  private static final String HEADER =
      "species,culmen_length_mm,culmen_depth_mm,flipper_length_mm,body_mass_g\n";

  /** The share of the variance of each measure that the size of the penguin explains. */
  private static final double OF_SIZE = 0.4;

  private PenguinData() {}

  /** A species: how many of 334 penguins there are, and the mean and deviation of each measure. */
  private enum Species {
    ADELIE(146, 38.8, 2.66, 18.35, 1.22, 190.0, 6.54, 3701, 459),
    CHINSTRAP(68, 48.8, 3.34, 18.42, 1.14, 195.8, 7.13, 3733, 384),
    GENTOO(120, 47.5, 3.08, 14.98, 0.98, 217.2, 6.48, 5076, 504);

    private final int count;
    private final double[] normal;

    Species(int count, double... normal) {
      this.count = count;
      this.normal = normal;
    }
  }

  /** The smallest and the largest value of each measure, between which it is scaled to 0..1. */
  private static final double[] LIMITS = {32.1, 59.6, 13.1, 21.5, 172, 231, 2700, 6300};

  /**
   * Writes penguins to {@code penguins.csv}.
   *
   * @param rows at least 1
   */
  public static void write(Path directory, long rows, long seed) throws IOException {
    write(directory, rows, seed, false);
  }

  /**
   * Writes penguins of a broken day: every tenth has no body mass, or one that is not a number.
   * Against the schema of an ordinary day these are anomalies.
   *
   * @param rows at least 1
   */
  public static void writeBadDay(Path directory, long rows, long seed) throws IOException {
    write(directory, rows, seed, true);
  }

  private static void write(Path directory, long rows, long seed, boolean broken)
      throws IOException {
    if (rows < 1) {
      throw new IllegalArgumentException("Invalid number of rows: %d (at least 1)".formatted(rows));
    }
    Files.createDirectories(directory);
    Path temporary = directory.resolve(".penguins.csv.tmp");
    try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
      out.write(HEADER);
      Random random = new Random(seed);
      for (long row = 0; row < rows; row++) {
        double[] measures = new double[4];
        Species species = next(random, measures);
        String mass = number(measures[3]);
        if (broken && row % 10 == 3) {
          mass = row % 20 == 3 ? "" : "nan";
        }
        out.write(
            "%d,%s,%s,%s,%s\n"
                .formatted(
                    species.ordinal(),
                    number(measures[0]),
                    number(measures[1]),
                    number(measures[2]),
                    mass));
      }
    }
    Files.move(temporary, directory.resolve("penguins.csv"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Draws a penguin. */
  private static Species next(Random random, double[] measures) {
    int of = random.nextInt(334);
    Species species = Species.ADELIE;
    for (Species candidate : Species.values()) {
      species = candidate;
      if (of < candidate.count) {
        break;
      }
      of -= candidate.count;
    }
    double size = random.nextGaussian() * Math.sqrt(OF_SIZE);
    for (int i = 0; i < measures.length; i++) {
      double own = random.nextGaussian() * Math.sqrt(1 - OF_SIZE);
      double value = species.normal[2 * i] + species.normal[2 * i + 1] * (size + own);
      measures[i] = (value - LIMITS[2 * i]) / (LIMITS[2 * i + 1] - LIMITS[2 * i]);
    }
    return species;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
