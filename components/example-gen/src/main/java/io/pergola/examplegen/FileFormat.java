package io.pergola.examplegen;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The formats of files that examples are read from. */
public enum FileFormat {
  /** Comma-separated values. */
  CSV("CSV", "trips-*.csv", List.of("*.csv", "*.csv.gz")),
  /** Avro object container files. */
  AVRO("Avro", "trips-*.avro", List.of("*.avro")),
  /** Apache Parquet. */
  PARQUET("Parquet", "trips-*.parquet", List.of("*.parquet")),
  /** TFRecord files of {@code tf.train.Example} or {@code tf.train.SequenceExample}. */
  TFRECORD(
      "TFRecord",
      "trips-*-of-*.gz",
      List.of("*tfrecord*", "*-NNNNN-of-NNNNN", "*-NNNNN-of-NNNNN.gz")),
  /** JSON, one object a line. */
  JSON_LINES(
      "JSON",
      "trips-*.jsonl",
      List.of("*.jsonl", "*.jsonl.gz", "*.ndjson", "*.ndjson.gz", "*.json", "*.json.gz"));

  private final String title;
  private final String exampleGlob;
  private final String patterns;
  private final Pattern regex;

  FileFormat(String title, String exampleGlob, List<String> patterns) {
    this.title = title;
    this.exampleGlob = exampleGlob;
    int last = patterns.size() - 1;
    this.patterns =
        last == 0
            ? patterns.get(0)
            : String.join(", ", patterns.subList(0, last)) + " or " + patterns.get(last);
    regex =
        Pattern.compile(
            String.join("|", patterns)
                .replace(".", "\\.")
                .replace("*", ".*")
                .replace("NNNNN", "[0-9]+"));
  }

  /** The name that people know it by. */
  public String title() {
    return title;
  }

  /** Which files of a folder are read, for messages: {@code *.csv or *.csv.gz}. */
  public String patterns() {
    return patterns;
  }

  /** A glob for messages: {@code trips-*.csv}. */
  public String exampleGlob() {
    return exampleGlob;
  }

  /** Whether a file of a folder is read, by its name, in any case. */
  public boolean matches(String fileName) {
    return regex.matcher(fileName).matches()
        || regex.matcher(fileName.toLowerCase(Locale.ROOT)).matches();
  }
}
