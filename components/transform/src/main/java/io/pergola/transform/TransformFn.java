package io.pergola.transform;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/**
 * Applies the fitted plan to row groups and writes each as one file, or as several where vectors
 * and sequences make it large. Names follow from the row group's place: written again, they are the
 * same files.
 */
final class TransformFn extends DoFn<RowGroup, Void> {
  private static final long serialVersionUID = 1L;

  /** The most values of vectors and sequences in a file: 64 MB of float32. */
  static final long MAX_VALUES = 1 << 24;

  private final String output;
  private final HashMap<String, Integer> parts;
  private final int rowsOfFile;
  private final HashSet<String> columns;
  private final PCollectionView<String> fitted;
  private final Counter rows = JobCounters.rows();
  private transient @Nullable FittedPlan plan;

  /**
   * @param groups all row groups, in file order
   * @param width the number of values of all vectors and sequences of an example
   * @param columns the raw columns to read
   */
  TransformFn(
      Path output,
      List<RowGroup> groups,
      long width,
      Set<String> columns,
      PCollectionView<String> fitted) {
    this.output = output.toString();
    this.rowsOfFile = rowsOfFile(width);
    this.parts = parts(groups, rowsOfFile);
    this.columns = new HashSet<>(columns);
    this.fitted = fitted;
  }

  static int rowsOfFile(long width) {
    return width == 0 ? Integer.MAX_VALUE : (int) Math.max(1, MAX_VALUES / width);
  }

  /** The number of the first file of each row group. */
  private static HashMap<String, Integer> parts(List<RowGroup> groups, int rowsOfFile) {
    HashMap<String, Integer> parts = new HashMap<>();
    Map<String, Integer> next = new HashMap<>();
    for (RowGroup group : groups) {
      int files = (int) Math.max(1, (group.rows() + rowsOfFile - 1) / rowsOfFile);
      parts.put(key(group), next.merge(group.split(), files, Integer::sum) - files);
    }
    return parts;
  }

  private static String key(RowGroup group) {
    return group.index() + "#" + group.file();
  }

  @ProcessElement
  public void process(ProcessContext context) throws IOException {
    FittedPlan current = plan;
    if (current == null) {
      current = PlanFile.parse(context.sideInput(fitted), "a side input");
      plan = current;
    }
    RowGroup group = context.element();
    Integer first = parts.get(key(group));
    if (first == null) {
      throw new IllegalStateException("Not a row group of this job: %s".formatted(group));
    }
    AtomicInteger part = new AtomicInteger(first);
    current.apply(
        RowGroupReader.read(group, columns),
        rowsOfFile,
        features -> write(features, group.split(), part.getAndIncrement()));
  }

  private void write(ExampleBatch features, String split, int part) throws IOException {
    Path file = ExampleFiles.partFile(Path.of(output), split, part);
    Files.createDirectories(file.getParent());
    try (ExampleFileWriter writer = ExampleFileWriter.open(file, features.schema())) {
      writer.write(features);
    }
    rows.inc(features.rows());
  }
}
