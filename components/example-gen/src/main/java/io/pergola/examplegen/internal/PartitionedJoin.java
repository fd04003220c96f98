package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * A join whose right side does not fit in memory. Row groups of both sides are put aside in as many
 * sections as there are partitions of the key, of the left side only keys and row numbers. Then the
 * rows of each partition find their matches, which are put aside by row group of the left side, so
 * that at last each row group is put together in its own order.
 *
 * <p>In memory are, for each worker, a row group and one partition of the right side, or a row
 * group and its matches.
 */
public final class PartitionedJoin {
  /** The folder of what is put aside, in that of the result. */
  private static final String FOLDER = "_join";

  private PartitionedJoin() {}

  /** A side of the join. */
  private enum Side {
    LEFT("Left"),
    RIGHT("Right");

    private final String title;

    Side(String title) {
      this.title = title;
    }
  }

  /**
   * A row group to put aside.
   *
   * @param number from 0, among those of its side
   */
  private record Group(Side side, int number, RowGroup rows) implements Serializable {}

  /** A row group of the left side, or a split that has none, to be written. */
  private record Numbered(int number, ExportJob.Part part) implements Serializable {}

  /** Adds the steps of the job. */
  static void build(Pipeline beam, List<ExportJob.Part> parts, JoinPlan plan, Path joined) {
    List<RowGroup> left =
        parts.stream().map(ExportJob.Part::group).filter(Objects::nonNull).toList();
    List<RowGroup> right = ExampleFiles.rowGroups(Path.of(plan.right()));
    Spilled spilled = new Spilled(plan, joined.toString(), left.size(), right.size());
    PCollection<Integer> divided =
        PCollectionList.of(divide(beam, Side.LEFT, left, spilled))
            .and(divide(beam, Side.RIGHT, right, spilled))
            .apply(Flatten.pCollections());
    List<Integer> partitions = IntStream.range(0, plan.partitions()).boxed().toList();
    PCollection<Integer> matched =
        after(divided, "Partitions", Integer.class, partitions)
            .apply("Match", ParDo.of(new MatchFn(spilled)));
    List<Numbered> numbered = new ArrayList<>();
    int number = 0;
    for (ExportJob.Part part : parts) {
      numbered.add(new Numbered(part.group() == null ? -1 : number++, part));
    }
    after(matched, "RowGroups", Numbered.class, numbered)
        .apply("Join", ParDo.of(new JoinFn(spilled)));
  }

  /** Elements that are there when all of a step is done, spread among workers. */
  private static <T extends Serializable> PCollection<T> after(
      PCollection<Integer> done, String name, Class<T> type, List<T> elements) {
    return done.apply("Await" + name, Combine.globally(Count.combineFn()))
        .apply(name, ParDo.of(new ElementsFn<>(elements)))
        .setCoder(SerializableCoder.of(type))
        .apply("Spread" + name, Reshuffle.viaRandomKey());
  }

  private static final class ElementsFn<T extends Serializable> extends DoFn<Long, T> {
    private static final long serialVersionUID = 1L;

    private final ArrayList<T> elements;

    ElementsFn(List<T> elements) {
      this.elements = new ArrayList<>(elements);
    }

    @ProcessElement
    public void process(OutputReceiver<T> out) {
      elements.forEach(out::output);
    }
  }

  private static PCollection<Integer> divide(
      Pipeline beam, Side side, List<RowGroup> groups, Spilled spilled) {
    List<Group> elements = new ArrayList<>();
    for (RowGroup group : groups) {
      elements.add(new Group(side, elements.size(), group));
    }
    return beam.apply(
            side.title + "RowGroups", Read.from(new ElementSource<>(Group.class, elements)))
        .apply("Divide" + side.title, ParDo.of(new DivideFn(spilled)));
  }

  /** Removes what was put aside. */
  public static void cleanUp(Path joined) throws IOException {
    Path folder = joined.resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Where what is put aside is. */
  private record Spilled(JoinPlan plan, String joined, int lefts, int rights)
      implements Serializable {
    Path groups(Side side, int group) {
      return Path.of(joined, FOLDER, side == Side.LEFT ? "left" : "right", "group-" + group);
    }

    Path matches(int partition) {
      return Path.of(joined, FOLDER, "matches", "partition-" + partition);
    }
  }

  private static final class DivideFn extends DoFn<Group, Integer> {
    private static final long serialVersionUID = 1L;

    private final Spilled spilled;

    DivideFn(Spilled spilled) {
      this.spilled = spilled;
    }

    @ProcessElement
    public void process(@Element Group group, OutputReceiver<Integer> out) throws IOException {
      JoinPlan plan = spilled.plan();
      ExampleBatch rows =
          group.side() == Side.LEFT
              ? JoinPlan.numbered(
                  RowGroupReader.read(group.rows(), new HashSet<>(plan.keys())), plan.spilledLeft())
              : RowGroupReader.read(group.rows());
      JoinKeys keys = JoinKeys.of(rows, plan.keys());
      int[][] chosen = new int[plan.partitions()][];
      int[] counts = new int[plan.partitions()];
      for (int row = 0; row < rows.rows(); row++) {
        if (keys.has(row)) {
          counts[plan.partitionOf(keys.hash(row))]++;
        }
      }
      Arrays.setAll(chosen, p -> new int[counts[p]]);
      Arrays.fill(counts, 0);
      for (int row = 0; row < rows.rows(); row++) {
        if (keys.has(row)) {
          int partition = plan.partitionOf(keys.hash(row));
          chosen[partition][counts[partition]++] = row;
        }
      }
      try (SpillFile file =
          SpillFile.create(spilled.groups(group.side(), group.number()), plan.partitions())) {
        for (int[] section : chosen) {
          file.write(rows.select(section));
        }
      }
      out.output(group.number());
    }
  }

  private static final class MatchFn extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    private final Spilled spilled;

    MatchFn(Spilled spilled) {
      this.spilled = spilled;
    }

    @ProcessElement
    public void process(@Element Integer partition, OutputReceiver<Integer> out)
        throws IOException {
      JoinPlan plan = spilled.plan();
      JoinTable table = JoinTable.empty(plan);
      for (int group = 0; group < spilled.rights(); group++) {
        table.add(SpillFile.read(spilled.groups(Side.RIGHT, group), plan.theirs(), partition));
      }
      try (SpillFile file = SpillFile.create(spilled.matches(partition), spilled.lefts())) {
        for (int group = 0; group < spilled.lefts(); group++) {
          file.write(
              table.added(
                  SpillFile.read(spilled.groups(Side.LEFT, group), plan.spilledLeft(), partition)));
        }
      }
      out.output(partition);
    }
  }

  private static final class JoinFn extends DoFn<Numbered, Void> {
    private static final long serialVersionUID = 1L;

    private final Counter counter = JobCounters.rows();
    private final Spilled spilled;

    JoinFn(Spilled spilled) {
      this.spilled = spilled;
    }

    @ProcessElement
    public void process(@Element Numbered numbered) throws IOException {
      RowGroup group = numbered.part().group();
      JoinJob.write(
          spilled.joined(),
          numbered.part(),
          spilled.plan(),
          group == null ? Optional.empty() : Optional.of(join(group, numbered.number())));
      counter.inc(group == null ? 0 : group.rows());
    }

    private ExampleBatch join(RowGroup group, int number) throws IOException {
      JoinPlan plan = spilled.plan();
      List<ExampleBatch> matches = new ArrayList<>();
      JoinedRows joined = new JoinedRows(plan, RowGroupReader.read(group), matches);
      for (int partition = 0; partition < plan.partitions(); partition++) {
        ExampleBatch found =
            SpillFile.read(spilled.matches(partition), plan.spilledMatches(), number);
        matches.add(found);
        for (int row = 0; row < found.rows(); row++) {
          joined.match(JoinPlan.rowOf(found, row), partition, row);
        }
      }
      return joined.build();
    }
  }
}
