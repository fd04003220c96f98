package io.pergola.validation.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.beam.RowGroups;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * The job of StatisticsGen. Its unit of work is a few row groups of one split, cut when the job is
 * built; each gives one state, and states are merged in the order of the data. So the result does
 * not depend on bundles, workers or engine, and the states never take much memory.
 */
public final class StatisticsJob {
  private static final int MOST_UNITS = 128;
  private static final int FEWEST_UNITS = 16;
  private static final int MOST_STATES = 8_192;
  private static final int COLUMNS_PER_KEY = 64;

  private StatisticsJob() {}

  /**
   * Adds the job to an empty pipeline.
   *
   * @throws IllegalArgumentException if the recipe names a column that the examples lack
   */
  public static void build(Pipeline beam, Path examples, Path statistics, StatisticsRecipe recipe) {
    ExampleSchema schema = ExampleFiles.schema(examples);
    requireColumns(schema, recipe);
    Layout layout = Layout.of(examples, schema, statistics, recipe);
    List<Unit> units = units(ExampleFiles.rowGroups(examples), schema.columns().size());
    KvCoder<Integer, byte[]> coder = KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());
    PCollection<KV<Integer, byte[]>> states =
        beam.apply("RowGroups", RowGroups.of(firstOf(units)))
            .apply("Accumulate", ParDo.of(new Accumulate(units, recipe)))
            .setCoder(coder);
    if (schema.columns().size() > COLUMNS_PER_KEY) {
      states =
          states
              .apply("ByColumns", GroupByKey.create())
              .apply("Merge", ParDo.of(new Merge(recipe)))
              .setCoder(coder);
    }
    states.apply("Together", GroupByKey.create()).apply("Write", ParDo.of(new Write(layout)));
  }

  /** Some files, of which so many need not be read. */
  public record Files(long kept, long read) {}

  /**
   * Adds the job that describes those files of a window that are not known yet, each by itself, and
   * keeps what it finds. {@link #writeKept} then merges what is kept, file by file, so that the
   * result does not depend on what was known before.
   *
   * @throws IllegalArgumentException if the recipe names a column that the examples lack
   */
  public static Files buildKept(
      Pipeline beam, Path examples, StatisticsRecipe recipe, KeptStates kept) {
    requireColumns(ExampleFiles.schema(examples), recipe);
    List<Unit> files = files(examples);
    List<RowGroup> unknown = new ArrayList<>();
    int read = 0;
    for (Unit file : files) {
      if (!kept.has(file.file())) {
        unknown.addAll(file.groups);
        read++;
      }
    }
    beam.apply("RowGroups", RowGroups.of(unknown))
        .apply("Accumulate", ParDo.of(new AccumulateOfFile(recipe)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of()))
        .apply("ByFile", GroupByKey.create())
        .apply("Keep", ParDo.of(new Keep(recipe, kept)));
    return new Files((long) files.size() - read, read);
  }

  /** Writes the statistics of a window from what is kept of its files. */
  public static void writeKept(
      Path examples, Path statistics, StatisticsRecipe recipe, KeptStates kept) throws IOException {
    StatisticsState all =
        Layout.of(examples, ExampleFiles.schema(examples), statistics, recipe).state();
    for (Unit file : files(examples)) {
      Optional<byte[]> found = kept.find(file.file());
      byte[] bytes = found.isPresent() ? found.get() : ofFile(file.groups, recipe).bytes();
      if (found.isEmpty()) {
        kept.keep(file.file(), bytes);
      }
      all.merge(StatisticsState.of(bytes, 0, recipe.allGenerators()));
    }
    all.writeFiles(statistics);
  }

  /** The state of a file, made as {@link Keep} makes it: of each row group by itself, in order. */
  private static StatisticsState ofFile(List<RowGroup> groups, StatisticsRecipe recipe)
      throws IOException {
    List<byte[]> states = new ArrayList<>();
    for (RowGroup group : groups) {
      states.add(indexed(group.index(), state(List.of(group), recipe, rows -> {})));
    }
    return merged(states, new StatisticsState(recipe), recipe);
  }

  /** Writes the statistics of examples without a single row group, for which no job does it. */
  public static void writeEmpty(Path examples, Path statistics, StatisticsRecipe recipe) {
    Layout.of(examples, ExampleFiles.schema(examples), statistics, recipe)
        .state()
        .writeFiles(statistics);
  }

  private static List<RowGroup> firstOf(List<Unit> units) {
    return units.stream().map(unit -> unit.groups.get(0)).toList();
  }

  private static void requireColumns(ExampleSchema schema, StatisticsRecipe recipe) {
    for (String column : recipe.columns()) {
      if (schema.find(column).isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot compute statistics with column '%s': the examples have %s. Correct the name."
                .formatted(
                    column,
                    schema.columns().stream()
                        .map(ExampleSchema.Field::name)
                        .collect(Collectors.joining(", "))));
      }
    }
  }

  /** Every file that has examples as a unit. */
  private static List<Unit> files(Path examples) {
    Map<String, List<RowGroup>> files = new LinkedHashMap<>();
    for (RowGroup group : ExampleFiles.rowGroups(examples)) {
      files.computeIfAbsent(group.file(), file -> new ArrayList<>()).add(group);
    }
    List<Unit> units = new ArrayList<>();
    files.values().forEach(groups -> units.add(new Unit(units.size(), groups)));
    return units;
  }

  private static List<Unit> units(List<RowGroup> groups, int columns) {
    int most = Math.max(FEWEST_UNITS, Math.min(MOST_UNITS, MOST_STATES / Math.max(1, columns)));
    int size = (groups.size() + most - 1) / most;
    List<Unit> units = new ArrayList<>();
    List<RowGroup> current = new ArrayList<>();
    for (RowGroup group : groups) {
      boolean full = current.size() == size;
      if (!current.isEmpty() && (full || !current.get(0).split().equals(group.split()))) {
        units.add(new Unit(units.size(), new ArrayList<>(current)));
        current.clear();
      }
      current.add(group);
    }
    if (!current.isEmpty()) {
      units.add(new Unit(units.size(), new ArrayList<>(current)));
    }
    return units;
  }

  /** Row groups of one split, and their place in the data. */
  private record Unit(int index, List<RowGroup> groups) implements Serializable {
    String file() {
      return groups.get(0).file();
    }
  }

  /** What the result must have, whatever was found. */
  private record Layout(
      ExampleSchema schema, ArrayList<String> splits, String directory, StatisticsRecipe recipe)
      implements Serializable {
    static Layout of(
        Path examples, ExampleSchema schema, Path statistics, StatisticsRecipe recipe) {
      return new Layout(
          schema, new ArrayList<>(ExampleFiles.splits(examples)), statistics.toString(), recipe);
    }

    StatisticsState state() {
      StatisticsState state = new StatisticsState(recipe);
      for (String split : splits) {
        state.declareSplit(split);
        for (ExampleSchema.Field field : schema.columns()) {
          state.declare(split, field.name(), field.type());
        }
      }
      return state;
    }
  }

  /** Describes row groups of one split. */
  private static StatisticsState state(
      List<RowGroup> groups, StatisticsRecipe recipe, LongConsumer rows) throws IOException {
    ExamplesAccumulator.Scans scans = new ExamplesAccumulator.Scans();
    StatisticsState state = new StatisticsState(recipe);
    for (RowGroup group : groups) {
      ExampleBatch batch = RowGroupReader.read(group);
      state.add(group.split(), batch, scans, recipe);
      rows.accept(batch.rows());
    }
    return state;
  }

  /** Reads the row groups of a unit and gives the state of every 64 columns. */
  private static final class Accumulate extends DoFn<RowGroup, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final Map<RowGroup, Unit> units = new HashMap<>();
    private final StatisticsRecipe recipe;
    private final Counter rows = JobCounters.rows();

    Accumulate(List<Unit> units, StatisticsRecipe recipe) {
      this.recipe = recipe;
      units.forEach(unit -> this.units.put(unit.groups.get(0), unit));
    }

    @ProcessElement
    public void process(@Element RowGroup first, OutputReceiver<KV<Integer, byte[]>> out)
        throws IOException {
      Unit unit = units.get(first);
      if (unit == null) {
        throw new IllegalStateException("Cannot find the unit of " + first);
      }
      StatisticsState state = state(unit.groups, recipe, rows::inc);
      int key = 0;
      for (StatisticsState part : state.parts(COLUMNS_PER_KEY)) {
        out.output(KV.of(key++, indexed(unit.index, part)));
      }
    }
  }

  /** Reads a row group and gives its state by its file. */
  private static final class AccumulateOfFile extends DoFn<RowGroup, KV<String, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final StatisticsRecipe recipe;
    private final Counter rows = JobCounters.rows();

    AccumulateOfFile(StatisticsRecipe recipe) {
      this.recipe = recipe;
    }

    @ProcessElement
    public void process(@Element RowGroup group, OutputReceiver<KV<String, byte[]>> out)
        throws IOException {
      StatisticsState state = state(List.of(group), recipe, rows::inc);
      out.output(KV.of(group.file(), indexed(group.index(), state)));
    }
  }

  /** Keeps the state of a file. */
  private static final class Keep extends DoFn<KV<String, Iterable<byte[]>>, Void> {
    private static final long serialVersionUID = 1L;

    private final StatisticsRecipe recipe;
    private final KeptStates kept;

    Keep(StatisticsRecipe recipe, KeptStates kept) {
      this.recipe = recipe;
      this.kept = kept;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<byte[]>> states) {
      kept.keep(
          states.getKey(), merged(states.getValue(), new StatisticsState(recipe), recipe).bytes());
    }
  }

  /** Merges the states of the same columns in the order of the data. */
  private static final class Merge
      extends DoFn<KV<Integer, Iterable<byte[]>>, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final StatisticsRecipe recipe;

    Merge(StatisticsRecipe recipe) {
      this.recipe = recipe;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> states, OutputReceiver<KV<Integer, byte[]>> out) {
      StatisticsState all = new StatisticsState(recipe);
      out.output(KV.of(0, indexed(states.getKey(), merged(states.getValue(), all, recipe))));
    }
  }

  /** Writes the files of the artifact. */
  private static final class Write extends DoFn<KV<Integer, Iterable<byte[]>>, Void> {
    private static final long serialVersionUID = 1L;

    private final Layout layout;

    Write(Layout layout) {
      this.layout = layout;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<byte[]>> states) {
      merged(states.getValue(), layout.state(), layout.recipe)
          .writeFiles(Path.of(layout.directory));
    }
  }

  private static StatisticsState merged(
      Iterable<byte[]> states, StatisticsState into, StatisticsRecipe recipe) {
    List<byte[]> ordered = new ArrayList<>();
    states.forEach(ordered::add);
    ordered.sort(Comparator.comparingInt(bytes -> ByteBuffer.wrap(bytes).getInt()));
    for (byte[] bytes : ordered) {
      into.merge(StatisticsState.of(bytes, Integer.BYTES, recipe.allGenerators()));
    }
    return into;
  }

  private static byte[] indexed(int index, StatisticsState state) {
    byte[] bytes = state.bytes();
    return ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(index).put(bytes).array();
  }
}
