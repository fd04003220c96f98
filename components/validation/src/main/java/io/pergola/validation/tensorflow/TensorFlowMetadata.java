package io.pergola.validation.tensorflow;

import com.google.protobuf.Descriptors.Descriptor;
import io.pergola.validation.Anomaly;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.SplitStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads and writes statistics, schemas and anomalies as TensorFlow's tools have them: messages of
 * {@code tensorflow.metadata.v0}, laid out as in artifacts of TFX. What one side has no place for
 * is told, never dropped in silence.
 */
public final class TensorFlowMetadata {
  /** The file with the statistics of a split: binary. */
  public static final String STATISTICS_FILE = "FeatureStats.pb";

  /** The file with a schema: text. */
  public static final String SCHEMA_FILE = "schema.pbtxt";

  /** The file with the anomalies of a split: binary. */
  public static final String ANOMALIES_FILE = "SchemaDiff.pb";

  /** The split of a file that stands in no folder of a split, unless told otherwise. */
  public static final String DEFAULT_SPLIT = "train";

  private static final String SPLIT_FOLDER = "Split-";
  private static final List<String> STATISTICS_NAMES =
      List.of(STATISTICS_FILE, "stats_tfrecord", "stats.pbtxt");
  private static final List<String> ANOMALIES_NAMES = List.of(ANOMALIES_FILE, "anomalies.pbtxt");
  private static final List<String> SCHEMA_NAMES = List.of(SCHEMA_FILE);

  private TensorFlowMetadata() {}

  /** What a file can hold. */
  public enum Kind {
    STATISTICS(STATISTICS_NAMES),
    SCHEMA(SCHEMA_NAMES),
    ANOMALIES(ANOMALIES_NAMES);

    private final List<String> names;

    Kind(List<String> names) {
      this.names = names;
    }
  }

  /** What a file, or the folder of an artifact, holds by the names that TFX gives to files. */
  public static Optional<Kind> kind(Path fileOrFolder) {
    return Stream.of(Kind.values())
        .filter(
            kind ->
                Files.isDirectory(fileOrFolder)
                    ? !filesIn(fileOrFolder, kind.names).isEmpty()
                    : kind.names.contains(String.valueOf(fileOrFolder.getFileName())))
        .findFirst();
  }

  /**
   * Reads statistics: binary, a TFRecord file, or text if it is named {@code .pbtxt}.
   *
   * @param fileOrFolder a file; or a folder with one, or with a folder for each split, {@code
   *     Split-train} or {@code train}
   * @throws IllegalArgumentException if there are none, saying why
   */
  public static Converted<DatasetStatistics> readStatistics(Path fileOrFolder) {
    return readStatistics(fileOrFolder, Optional.empty());
  }

  /** Reads statistics of a split of this name. */
  public static Converted<DatasetStatistics> readStatistics(Path file, String split) {
    return readStatistics(file, Optional.of(split));
  }

  private static Converted<DatasetStatistics> readStatistics(Path from, Optional<String> split) {
    Notes notes = new Notes();
    SortedMap<String, SplitStatistics> splits = new TreeMap<>();
    files(from, STATISTICS_NAMES, split)
        .forEach(
            (name, file) -> {
              Fields list = fields(file, Messages.STATISTICS, notes);
              for (SplitStatistics each :
                  converting(file, () -> StatisticsReader.read(list, name))) {
                splits.put(each.name(), each);
              }
              list.finish();
            });
    return new Converted<>(
        new DatasetStatistics(new ArrayList<>(splits.values())), notes.sentences());
  }

  /**
   * Writes {@code Split-NAME/FeatureStats.pb} for each split into a folder.
   *
   * @return what is not in them, a sentence each
   */
  public static List<String> writeStatistics(DatasetStatistics statistics, Path folder) {
    Notes notes = new Notes();
    statistics
        .weight()
        .ifPresent(
            weight -> notes.add("Not taken over: that the weights are in feature '%s'.", weight));
    for (SplitStatistics split : statistics.splits()) {
      MessageFile.write(
          StatisticsWriter.write(split, notes).toByteArray(),
          folder.resolve(SPLIT_FOLDER + split.name()).resolve(STATISTICS_FILE));
    }
    return notes.sentences();
  }

  /**
   * Reads a schema: text if it is named {@code .pbtxt}, or else binary.
   *
   * @param fileOrFolder a file, or a folder with {@code schema.pbtxt}
   * @throws IllegalArgumentException if there is none, naming everything that is wrong with it
   */
  public static Converted<DataSchema> readSchema(Path fileOrFolder) {
    Notes notes = new Notes();
    Path file = files(fileOrFolder, SCHEMA_NAMES, Optional.empty()).values().iterator().next();
    Fields message = fields(file, Messages.SCHEMA, notes).about("the schema");
    DataSchema schema = converting(file, () -> SchemaReader.read(message));
    message.finish();
    return new Converted<>(schema, notes.sentences());
  }

  /**
   * Writes a schema as text.
   *
   * @return what is not in it, a sentence each
   */
  public static List<String> writeSchema(DataSchema schema, Path file) {
    Converted<String> text = printSchema(schema);
    MessageFile.write(text.value().getBytes(StandardCharsets.UTF_8), file);
    return text.notes();
  }

  /** The text of a {@code schema.pbtxt}, and what is not in it. */
  public static Converted<String> printSchema(DataSchema schema) {
    Notes notes = new Notes();
    String text = MessageFile.print(SchemaWriter.write(schema, notes));
    return new Converted<>(text, notes.sentences());
  }

  /**
   * Reads anomalies: text if a file is named {@code .pbtxt}, or else binary. They have no edits.
   *
   * @param fileOrFolder as in {@link #readStatistics(Path)}
   * @throws IllegalArgumentException if there are none, saying why
   */
  public static Converted<DataAnomalies> readAnomalies(Path fileOrFolder) {
    return readAnomalies(fileOrFolder, Optional.empty());
  }

  /** Reads anomalies of a split of this name. */
  public static Converted<DataAnomalies> readAnomalies(Path file, String split) {
    return readAnomalies(file, Optional.of(split));
  }

  private static Converted<DataAnomalies> readAnomalies(Path from, Optional<String> split) {
    Notes notes = new Notes();
    List<Anomaly> anomalies = new ArrayList<>();
    List<DistanceMeasurement> measurements = new ArrayList<>();
    files(from, ANOMALIES_NAMES, split)
        .forEach(
            (name, file) -> {
              Fields message = fields(file, Messages.ANOMALIES, notes);
              DataAnomalies found = converting(file, () -> AnomaliesReader.read(message, name));
              anomalies.addAll(found.anomalies());
              measurements.addAll(found.measurements());
              message.finish();
            });
    return new Converted<>(new DataAnomalies(anomalies, measurements), notes.sentences());
  }

  /**
   * Writes {@code Split-NAME/SchemaDiff.pb} for each split into a folder.
   *
   * @param splits that were validated, those without anomalies included
   * @param schema that they were validated with, if it shall be in the files
   * @return what is not in them, a sentence each
   */
  public static List<String> writeAnomalies(
      DataAnomalies anomalies, List<String> splits, Optional<DataSchema> schema, Path folder) {
    Notes notes = new Notes();
    SortedSet<String> all = new TreeSet<>(splits);
    anomalies.anomalies().forEach(anomaly -> all.add(anomaly.split()));
    anomalies.measurements().forEach(measurement -> all.add(measurement.split()));
    for (String split : all) {
      MessageFile.write(
          AnomaliesWriter.write(anomalies, split, schema, notes).toByteArray(),
          folder.resolve(SPLIT_FOLDER + split).resolve(ANOMALIES_FILE));
    }
    return notes.sentences();
  }

  private static Fields fields(Path file, Descriptor type, Notes notes) {
    return new Fields(MessageFile.read(file, type), file.toString(), notes);
  }

  private static <T> T converting(Path file, Supplier<T> action) {
    try {
      return action.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot take over %s: %s. Correct the file.".formatted(file, e.getMessage()), e);
    }
  }

  /** The file of each split. */
  private static SortedMap<String, Path> files(
      Path from, List<String> names, Optional<String> split) {
    if (!Files.isDirectory(from)) {
      return new TreeMap<>(Map.of(split.orElseGet(() -> splitOf(from)), from));
    }
    SortedMap<String, Path> files = filesIn(from, names);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot find %s in %s or in a folder of a split in it. Give the file, or the folder that holds it."
              .formatted(String.join(" or ", names), from));
    }
    if (split.isPresent() && files.size() == 1) {
      return new TreeMap<>(Map.of(split.get(), files.get(files.firstKey())));
    }
    return files;
  }

  private static SortedMap<String, Path> filesIn(Path folder, List<String> names) {
    Optional<Path> direct = find(folder, names);
    if (direct.isPresent()) {
      return new TreeMap<>(Map.of(splitOf(direct.get()), direct.get()));
    }
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path each : folders.filter(Files::isDirectory).toList()) {
        String name = String.valueOf(each.getFileName());
        String split = name.startsWith(SPLIT_FOLDER) ? name.substring(SPLIT_FOLDER.length()) : name;
        find(each, names).ifPresent(file -> files.put(split, file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Optional<Path> find(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static String splitOf(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    String name = folder == null ? "" : String.valueOf(folder.getFileName());
    return name.startsWith(SPLIT_FOLDER) ? name.substring(SPLIT_FOLDER.length()) : DEFAULT_SPLIT;
  }
}
