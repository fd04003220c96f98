package io.pergola.examples.reviews;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;

/**
 * Makes up reviews, with the two columns of the real ones: any number, in constant memory, the same
 * for the same seed. Sentences say something of a part of the film; four in five that judge say
 * what the label says, so that no reader is always right.
 */
public final class ReviewData {
  private static final List<String> PARTS =
      List.of(
          "plot",
          "acting",
          "ending",
          "script",
          "music",
          "camera work",
          "pace",
          "dialogue",
          "cast",
          "lead",
          "first half",
          "last scene",
          "humour",
          "story");
  private static final List<String> PRAISE =
      List.of(
          "wonderful",
          "brilliant",
          "moving",
          "superb",
          "delightful",
          "touching",
          "excellent",
          "clever",
          "perfect",
          "beautiful",
          "charming",
          "gripping");
  private static final List<String> BLAME =
      List.of(
          "terrible",
          "boring",
          "awful",
          "dull",
          "ridiculous",
          "predictable",
          "weak",
          "pathetic",
          "clumsy",
          "tedious",
          "silly",
          "lifeless");
  private static final List<String> NEUTRAL =
      List.of(
          "It was shot in the mountains",
          "I saw it with my sister",
          "The director had made two films before",
          "It runs for almost two hours",
          "There are some scenes in Paris",
          "It is based on a novel that I have not read",
          "Most of it takes place in one night",
          "It came out in the eighties");

  private ReviewData() {}

  /**
   * Writes reviews to {@code reviews.csv}.
   *
   * @param rows at least 1
   */
  public static void write(Path directory, long rows, long seed) throws IOException {
    write(directory, rows, seed, false);
  }

  /**
   * Writes reviews of a broken day: every tenth has lost its text. Against the schema of an
   * ordinary day these are anomalies.
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
    Path temporary = directory.resolve(".reviews.csv.tmp");
    try (BufferedWriter out = Files.newBufferedWriter(temporary)) {
      out.write("label,text\n");
      Random random = new Random(seed);
      for (long row = 0; row < rows; row++) {
        boolean liked = random.nextBoolean();
        String text = '"' + text(liked, random) + '"';
        out.write(liked ? "1," : "0,");
        out.write(broken && row % 10 == 3 ? "" : text);
        out.write('\n');
      }
    }
    Files.move(temporary, directory.resolve("reviews.csv"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String text(boolean liked, Random random) {
    StringBuilder text = new StringBuilder();
    int sentences = 3 + random.nextInt(8);
    for (int i = 0; i < sentences; i++) {
      if (i > 0) {
        text.append(random.nextInt(4) == 0 ? "<br /><br />" : " ");
      }
      if (random.nextInt(3) == 0) {
        text.append(one(NEUTRAL, random));
      } else {
        boolean kind = random.nextInt(5) == 0 ? !liked : liked;
        text.append("The ").append(one(PARTS, random)).append(" was ");
        text.append(random.nextBoolean() ? "really " : "");
        text.append(one(kind ? PRAISE : BLAME, random));
      }
      text.append(random.nextInt(5) == 0 ? "!" : ".");
    }
    return text.toString();
  }

  private static String one(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
