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
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.jspecify.annotations.Nullable;

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
   * @param memory of states of files; empty if none are kept
   * @return the files that have examples, in order
   * @throws IllegalArgumentException if the recipe names a column that the examples lack
   */
  public static List<String> build(
      Pipeline beam,
      Path examples,
      Path statistics,
      StatisticsRecipe recipe,
      Optional<FileMemory> memory) {
    ExampleSchema schema = ExampleFiles.schema(examples);
    requireColumns(schema, recipe);
    List<RowGroup> groups = ExampleFiles.rowGroups(examples);
    Layout layout =
        new Layout(
            schema, new ArrayList<>(ExampleFiles.splits(examples)), statistics.toString(), recipe);
    int most = mostUnits(schema.columns().size());
    List<Unit> units = memory.isPresent() ? unitsOfFiles(groups) : units(groups, most);
    List<RowGroup> first = units.stream().map(unit -> unit.groups.get(0)).toList();
    KvCoder<Integer, byte[]> coder = KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());
    beam.apply("RowGroups", RowGroups.of(first))
        .apply("Accumulate", ParDo.of(new Accumulate(units, recipe, memory.orElse(null))))
        .setCoder(coder)
        .apply("ByColumns", GroupByKey.create())
        .apply("Merge", ParDo.of(new Merge(recipe)))
        .setCoder(coder)
        .apply("Together", GroupByKey.create())
        .apply("Write", ParDo.of(new Write(layout)));
    return groups.stream().map(RowGroup::file).distinct().toList();
  }

  /** Writes the statistics of examples without a single row group, for which no job does it. */
  public static void writeEmpty(Path examples, Path statistics, StatisticsRecipe recipe) {
    new Layout(
            ExampleFiles.schema(examples),
            new ArrayList<>(ExampleFiles.splits(examples)),
            statistics.toString(),
            recipe)
        .state()
        .writeFiles(statistics);
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

  private static int mostUnits(int columns) {
    return Math.max(FEWEST_UNITS, Math.min(MOST_UNITS, MOST_STATES / Math.max(1, columns)));
  }

  /** Whole files, so that their states can be kept; several where there are many. */
  private static List<Unit> unitsOfFiles(List<RowGroup> groups) {
    Map<String, List<RowGroup>> files = new LinkedHashMap<>();
    for (RowGroup group : groups) {
      files.computeIfAbsent(group.file(), file -> new ArrayList<>()).add(group);
    }
    int size = (files.size() + FEWEST_UNITS - 1) / FEWEST_UNITS;
    List<Unit> units = new ArrayList<>();
    List<RowGroup> current = new ArrayList<>();
    int filesOfCurrent = 0;
    for (List<RowGroup> file : files.values()) {
      boolean full = filesOfCurrent == size;
      if (!current.isEmpty() && (full || !current.get(0).split().equals(file.get(0).split()))) {
        units.add(new Unit(units.size(), new ArrayList<>(current)));
        current.clear();
        filesOfCurrent = 0;
      }
      current.addAll(file);
      filesOfCurrent++;
    }
    if (!current.isEmpty()) {
      units.add(new Unit(units.size(), new ArrayList<>(current)));
    }
    return units;
  }

  private static List<Unit> units(List<RowGroup> groups, int most) {
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
  private record Unit(int index, List<RowGroup> groups) implements Serializable {}

  /** What the result must have, whatever was found. */
  private record Layout(
      ExampleSchema schema, ArrayList<String> splits, String directory, StatisticsRecipe recipe)
      implements Serializable {
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

  /** Reads the row groups of a unit and gives the state of every 64 columns. */
  private static final class Accumulate extends DoFn<RowGroup, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final Map<RowGroup, Unit> units = new HashMap<>();
    private final StatisticsRecipe recipe;
    private final @Nullable FileMemory memory;
    private final Counter rows = JobCounters.rows();

    Accumulate(List<Unit> units, StatisticsRecipe recipe, @Nullable FileMemory memory) {
      this.recipe = recipe;
      this.memory = memory;
      units.forEach(unit -> this.units.put(unit.groups.get(0), unit));
    }

    @ProcessElement
    public void process(@Element RowGroup first, OutputReceiver<KV<Integer, byte[]>> out)
        throws IOException {
      Unit unit = units.get(first);
      if (unit == null) {
        throw new IllegalStateException("Cannot find the unit of " + first);
      }
      StatisticsState state = memory == null ? state(unit.groups) : merged(unit.groups, memory);
      int key = 0;
      for (StatisticsState part : state.parts(COLUMNS_PER_KEY)) {
        out.output(KV.of(key++, indexed(unit.index, part)));
      }
    }

    private StatisticsState state(List<RowGroup> groups) throws IOException {
      ExamplesAccumulator.Scans scans = new ExamplesAccumulator.Scans();
      StatisticsState state = new StatisticsState(recipe);
      for (RowGroup group : groups) {
        ExampleBatch batch = RowGroupReader.read(group);
        state.add(group.split(), batch, scans, recipe);
        rows.inc(batch.rows());
      }
      return state;
    }

    /** The states of files, which are kept or will be, merged in the order of the files. */
    private StatisticsState merged(List<RowGroup> groups, FileMemory kept) throws IOException {
      StatisticsState all = new StatisticsState(recipe);
      for (int from = 0, to; from < groups.size(); from = to) {
        String file = groups.get(from).file();
        to = from + 1;
        while (to < groups.size() && groups.get(to).file().equals(file)) {
          to++;
        }
        Optional<byte[]> known = kept.find(file);
        byte[] bytes = known.isPresent() ? known.get() : state(groups.subList(from, to)).bytes();
        if (known.isEmpty()) {
          kept.keep(file, bytes);
        }
        all.merge(StatisticsState.of(bytes, 0, recipe.allGenerators()));
      }
      return all;
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
