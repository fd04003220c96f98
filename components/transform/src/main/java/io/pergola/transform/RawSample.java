package io.pergola.transform;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The first raw examples of each split, kept beside the plan that was applied to them: what comes
 * after the plan is compared on real rows. They have the columns that the plan reads, and no other.
 */
public final class RawSample {
  /** The folder of a TransformGraph that holds them, split by split as Examples are. */
  public static final String FOLDER = "sample";

  /** The number of examples of a split that are kept, at most. */
  public static final int ROWS = 2_000;

  private RawSample() {}

  /**
   * The raw examples of a split, in their order.
   *
   * @param graph the directory of a TransformGraph
   * @return empty if none were kept, as by an earlier release
   */
  public static List<ExampleBatch> read(Path graph, String split) throws IOException {
    Path folder = graph.resolve(FOLDER);
    List<ExampleBatch> batches = new ArrayList<>();
    if (Files.isDirectory(folder) && ExampleFiles.splits(folder).contains(split)) {
      for (RowGroup group : ExampleFiles.rowGroups(folder, List.of(split))) {
        batches.add(RowGroupReader.read(group));
      }
    }
    return batches;
  }

  /** The row groups that have the first {@link #ROWS} examples of each split. */
  static List<RowGroup> of(List<RowGroup> groups) {
    Map<String, Long> rows = new TreeMap<>();
    List<RowGroup> chosen = new ArrayList<>();
    for (RowGroup group : groups) {
      if (rows.getOrDefault(group.split(), 0L) < ROWS) {
        rows.merge(group.split(), group.rows(), Long::sum);
        chosen.add(group);
      }
    }
    return chosen;
  }

  /**
   * Writes the first {@link #ROWS} examples of each split.
   *
   * @param groups as {@link #of} gives them
   * @param columns to keep; if there are none, nothing is written
   */
  static void write(Path graph, List<RowGroup> groups, Set<String> columns) throws IOException {
    if (columns.isEmpty()) {
      return;
    }
    Map<String, List<RowGroup>> splits = new TreeMap<>();
    for (RowGroup group : groups) {
      splits.computeIfAbsent(group.split(), split -> new ArrayList<>()).add(group);
    }
    for (Map.Entry<String, List<RowGroup>> split : splits.entrySet()) {
      Path file = ExampleFiles.partFile(graph.resolve(FOLDER), split.getKey(), 0);
      Files.createDirectories(file.getParent());
      writeSplit(file, split.getValue(), columns);
    }
  }

  private static void writeSplit(Path file, List<RowGroup> groups, Set<String> columns)
      throws IOException {
    ExampleBatch first = RowGroupReader.read(groups.get(0), columns);
    try (ExampleFileWriter writer = ExampleFileWriter.open(file, first.schema())) {
      int left = ROWS;
      for (RowGroup group : groups) {
        ExampleBatch batch = group == groups.get(0) ? first : RowGroupReader.read(group, columns);
        writer.write(batch.rows() > left ? batch.select(rows(left)) : batch);
        left -= Math.min(left, batch.rows());
      }
    }
  }

  private static int[] rows(int count) {
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = i;
    }
    return rows;
  }
}
