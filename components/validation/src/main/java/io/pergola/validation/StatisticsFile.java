package io.pergola.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.internal.Json;
import io.pergola.validation.internal.StatisticsJson;
import io.pergola.validation.internal.StatisticsState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes {@code statistics.json}, and merges the statistics of several artifacts by the
 * {@code statistics.sketch} beside it.
 */
public final class StatisticsFile {
  /** The file's name in a statistics artifact. */
  public static final String NAME = "statistics.json";

  private static final int FORMAT = 2;

  private StatisticsFile() {}

  /**
   * Reads the statistics of an artifact, of this format or an earlier one.
   *
   * @param artifact the artifact's directory
   */
  public static DatasetStatistics read(Path artifact) {
    JsonNode root = Json.read(artifact.resolve(NAME), FORMAT);
    List<SplitStatistics> splits = new ArrayList<>();
    for (JsonNode split : Json.list(root, "splits")) {
      splits.add(StatisticsJson.split(split, Json.text(split, "name")));
    }
    return new DatasetStatistics(splits, Optional.ofNullable(root.path("weight").textValue()));
  }

  /** Writes the statistics into an artifact's directory, by a temporary file beside it. */
  public static void write(DatasetStatistics statistics, Path artifact) {
    ObjectNode root = Json.object();
    root.put("format", FORMAT);
    statistics.weight().ifPresent(weight -> root.put("weight", weight));
    ArrayNode splits = root.putArray("splits");
    for (SplitStatistics split : statistics.splits()) {
      ObjectNode node = splits.addObject();
      node.put("name", split.name());
      StatisticsJson.put(node, split);
    }
    Json.write(root, artifact.resolve(NAME));
  }

  /**
   * Merges the statistics of several artifacts: what {@link StatisticsGen} would have computed over
   * all their examples, within the errors that the result states. Splits of the same name are
   * merged, and so are features; their types must agree. Numbers of authors' generators are left
   * out: {@link StatisticsMerge} is given the generators, and merges them too.
   *
   * @param artifacts directories written by {@link StatisticsGen} or by this method
   * @param into directory that gets both files
   * @throws IllegalArgumentException if they have different weights, slicings, or cross features
   */
  public static DatasetStatistics merge(List<Path> artifacts, Path into) {
    if (artifacts.isEmpty()) {
      throw new IllegalArgumentException("Cannot merge no statistics. Name at least one artifact.");
    }
    StatisticsState merged = StatisticsState.merged(artifacts, List.of());
    DatasetStatistics statistics = merged.statistics();
    merged.writeFiles(into);
    return statistics;
  }
}
