package io.pergola.examples.mnist;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;

/**
 * Makes up images of digits, with the two features of the handwritten ones: any number, in constant
 * memory, the same for the same seed. Each is a digit of seven lines by five, stretched, sheared
 * and moved a little, written with a soft pen of some width, on paper with some noise.
 */
public final class DigitData {
  private static final int ROWS = 7;
  private static final int COLUMNS = 5;

  /** Each digit, line by line. */
  private static final String[] FONT = {
    " ### #   ##   ##   ##   ##   # ### ",
    "  #   ##    #    #    #    #   ### ",
    " ### #   #    #   #   #   #   #####",
    "####     #    # ###     #    ##### ",
    "   #   ##  # # #  # #####   #    # ",
    "######    ####     #    ##   # ### ",
    " ### #    #    #### #   ##   # ### ",
    "#####    #   #    #   #    #    #  ",
    " ### #   ##   # ### #   ##   # ### ",
    " ### #   ##   # ####    #    # ### "
  };

  private DigitData() {}

  /**
   * Writes images to {@code digits.tfrecord}.
   *
   * @param rows at least 1
   */
  public static void write(Path directory, long rows, long seed) throws IOException {
    write(directory, rows, seed, false);
  }

  /**
   * Writes images of a broken day: every tenth has lost its class, and every tenth its image.
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
    Path temporary = directory.resolve(".digits.tfrecord.tmp");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
      DigitRecords records = new DigitRecords(out);
      Random random = new Random(seed);
      for (long row = 0; row < rows; row++) {
        int digit = random.nextInt(FONT.length);
        float[] image = image(digit, random);
        boolean noClass = broken && row % 10 == 3;
        boolean noImage = broken && row % 10 == 7;
        records.write(noImage ? new float[0] : image, noClass ? -1 : digit);
      }
    }
    Files.move(
        temporary, directory.resolve("digits.tfrecord"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** An image of a digit, no two alike. */
  static float[] image(int digit, Random random) {
    int side = Digit.SIDE;
    double height = 18 + 4 * random.nextDouble();
    double width = 11 + 5 * random.nextDouble();
    double shear = 0.5 * (random.nextDouble() - 0.5);
    double top = (side - height) / 2 + 3 * (random.nextDouble() - 0.5);
    double left = (side - width) / 2 + 3 * (random.nextDouble() - 0.5);
    double pen = 0.35 + 0.2 * random.nextDouble();
    float[] image = new float[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        // Where the pixel's middle lies among the lines and columns of the digit.
        double line = (y + 0.5 - top) / height * ROWS - 0.5;
        double column = (x + 0.5 - left + shear * (y - side / 2.0)) / width * COLUMNS - 0.5;
        double ink = Math.min(1, ink(FONT[digit], line, column, pen) * 1.4);
        double noise = 0.06 * random.nextGaussian();
        image[y * side + x] = (float) Math.max(-0.5, Math.min(0.5, ink - 0.5 + noise));
      }
    }
    return image;
  }

  /** The ink at a place: that of the cells around it, by their distance. */
  private static double ink(String cells, double line, double column, double pen) {
    double most = 0;
    int nearestLine = (int) Math.round(line);
    int nearestColumn = (int) Math.round(column);
    for (int r = nearestLine - 1; r <= nearestLine + 1; r++) {
      for (int c = nearestColumn - 1; c <= nearestColumn + 1; c++) {
        if (r >= 0 && r < ROWS && c >= 0 && c < COLUMNS && cells.charAt(r * COLUMNS + c) == '#') {
          double distance = Math.hypot(line - r, column - c);
          most = Math.max(most, Math.exp(-distance * distance / (2 * pen * pen)));
        }
      }
    }
    return most;
  }
}
