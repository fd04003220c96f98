package io.pergola.transform;

import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupCoder;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;

/**
 * The analysis of a window of spans: of each phase only those files are read of which no
 * accumulators are kept, and of these only what the analyzers need that lack them. What is found is
 * kept, file by file; then the accumulators of all files are merged. What is kept is looked up once
 * for all files, so that the row groups of a file are either all read or none.
 *
 * @param groups the row groups to analyse
 * @param report a folder in which the job says how many files it read
 */
record WindowAnalysis(KeptAnalysis kept, ArrayList<RowGroup> groups, String report)
    implements Serializable {
  private static final TupleTag<KV<RowGroup, List<Integer>>> UNKNOWN = new TupleTag<>() {};
  private static final TupleTag<KV<Integer, KV<Integer, String>>> KNOWN = new TupleTag<>() {};
  private static final KvCoder<Integer, KV<Integer, String>> FILES =
      KvCoder.of(VarIntCoder.of(), KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()));

  /** How many merge at once, at most: engines take a moment for each. */
  private static final int MERGERS = 8;

  /** How many keep what is found in one file at once, at most. */
  private static final int KEEPERS = 4;

  /** How many files there are, by whether anything of them is to be read. */
  record FileCounts(long merged, long read) {
    private static Path path(String folder, int phase) {
      return Path.of(folder).resolve("analysis-" + phase);
    }

    void write(String folder, int phase) throws IOException {
      Files.createDirectories(Path.of(folder));
      Files.writeString(path(folder, phase), merged + " " + read);
    }

    /** What the job said of a phase; empty if it did not. */
    static Optional<FileCounts> read(Path folder, int phase) throws IOException {
      Path file = path(folder.toString(), phase);
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String[] counts = Files.readString(file).split(" ", 2);
      return Optional.of(new FileCounts(Long.parseLong(counts[0]), Long.parseLong(counts[1])));
    }
  }

  /** How many files the first phase merges and reads, as far as can be told before the job. */
  FileCounts first(FittedPlan unfitted) {
    return new Choice(kept.of(unfitted), 0).counts();
  }

  /**
   * The merged accumulators of a phase, by key.
   *
   * @param rows counts the examples that are read, or null
   */
  PCollection<KV<Integer, byte[]>> merged(
      Pipeline beam, int phase, PCollectionView<String> earlier, @Nullable Counter rows) {
    PCollectionTuple chosen =
        beam.apply("Start phase " + phase, Create.of(phase))
            .apply(
                "Choose files " + phase,
                ParDo.of(new ChooseFn(this, earlier))
                    .withSideInputs(earlier)
                    .withOutputTags(UNKNOWN, TupleTagList.of(KNOWN)));
    PCollection<KV<Integer, KV<Integer, String>>> found =
        chosen
            .get(UNKNOWN)
            .setCoder(KvCoder.of(RowGroupCoder.of(), ListCoder.of(VarIntCoder.of())))
            .apply("Spread " + phase, Reshuffle.viaRandomKey())
            .apply(
                "Analyse " + phase,
                ParDo.of(new AnalyzeFileFn(this, earlier, rows)).withSideInputs(earlier))
            .setCoder(
                KvCoder.of(
                    KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()),
                    KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of())))
            .apply("By file " + phase, GroupByKey.create())
            .apply("Keep " + phase, ParDo.of(new KeepFn(this, earlier)).withSideInputs(earlier))
            .setCoder(FILES);
    return PCollectionList.of(chosen.get(KNOWN).setCoder(FILES))
        .and(found)
        .apply("All files " + phase, Flatten.pCollections())
        .apply("Together " + phase, GroupByKey.create())
        .apply("Merge " + phase, ParDo.of(new MergeFilesFn(this, earlier)).withSideInputs(earlier))
        .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
  }

  /** What is known of a file, by who merges it. */
  private static KV<Integer, KV<Integer, String>> found(int place, int shard, String file) {
    return KV.of(
        Math.floorMod(place + shard, MERGERS), KV.of(place * TermCounts.SHARDS + shard, file));
  }

  /** What must be read of each file, and what is kept. */
  private final class Choice {
    private final Map<String, List<Integer>> unknown = new HashMap<>();
    private final List<KV<Integer, KV<Integer, String>>> known = new ArrayList<>();
    private final int files;

    Choice(KeptAnalysis.Of entries, int phase) {
      Set<Integer> places = Analysis.ofPhase(entries.fitted().plan(), phase).keySet();
      Set<String> all = KeptAnalysis.byFile(groups).keySet();
      for (String file : all) {
        for (int place : places) {
          Optional<List<Integer>> shards = entries.shards(file, place);
          if (shards.isEmpty()) {
            unknown.computeIfAbsent(file, f -> new ArrayList<>()).add(place);
          } else {
            shards.get().forEach(shard -> known.add(found(place, shard, file)));
          }
        }
      }
      files = all.size();
    }

    FileCounts counts() {
      return new FileCounts((long) files - unknown.size(), unknown.size());
    }
  }

  /** What is kept, given the constants of the phases before, which are parsed once. */
  private static final class Entries implements Serializable {
    private static final long serialVersionUID = 1L;

    private final KeptAnalysis kept;
    private final PCollectionView<String> earlier;
    private transient KeptAnalysis.@Nullable Of entries;

    Entries(KeptAnalysis kept, PCollectionView<String> earlier) {
      this.kept = kept;
      this.earlier = earlier;
    }

    KeptAnalysis.Of of(DoFn<?, ?>.ProcessContext context) throws IOException {
      KeptAnalysis.Of known = entries;
      if (known == null) {
        known = kept.of(PlanFile.parse(context.sideInput(earlier), "a side input"));
        entries = known;
      }
      return known;
    }
  }

  /** Emits the row groups of files that must be read, each with the analyzers that need it. */
  private static final class ChooseFn extends DoFn<Integer, KV<RowGroup, List<Integer>>> {
    private static final long serialVersionUID = 1L;

    private final WindowAnalysis window;
    private final Entries entries;

    ChooseFn(WindowAnalysis window, PCollectionView<String> earlier) {
      this.window = window;
      this.entries = new Entries(window.kept, earlier);
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      int phase = context.element();
      Choice choice = window.new Choice(entries.of(context), phase);
      for (RowGroup group : window.groups) {
        List<Integer> places = choice.unknown.get(group.file());
        if (places != null) {
          context.output(KV.of(group, places));
        }
      }
      choice.known.forEach(entry -> context.output(KNOWN, entry));
      choice.counts().write(window.report, phase);
    }
  }

  /** Reads a row group and gives the accumulators, with their keys, by who keeps them. */
  private static final class AnalyzeFileFn
      extends DoFn<KV<RowGroup, List<Integer>>, KV<KV<String, Integer>, KV<Integer, byte[]>>> {
    private static final long serialVersionUID = 1L;

    private final Entries entries;
    private final @Nullable Counter rows;

    AnalyzeFileFn(WindowAnalysis window, PCollectionView<String> earlier, @Nullable Counter rows) {
      this.entries = new Entries(window.kept, earlier);
      this.rows = rows;
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      RowGroup group = context.element().getKey();
      KeptAnalysis.analyse(entries.of(context).fitted(), group, context.element().getValue())
          .forEach(
              (key, accumulator) ->
                  context.output(
                      KV.of(
                          KV.of(group.file(), key / TermCounts.SHARDS % KEEPERS),
                          KV.of(key, Accumulator.bytes(accumulator)))));
      if (rows != null) {
        rows.inc(group.rows());
      }
    }
  }

  /** Keeps what the row groups of a file gave for some analyzers. */
  private static final class KeepFn
      extends DoFn<
          KV<KV<String, Integer>, Iterable<KV<Integer, byte[]>>>,
          KV<Integer, KV<Integer, String>>> {
    private static final long serialVersionUID = 1L;

    private final Entries entries;

    KeepFn(WindowAnalysis window, PCollectionView<String> earlier) {
      this.entries = new Entries(window.kept, earlier);
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      String file = context.element().getKey().getKey();
      Map<Integer, Map<Integer, Accumulator>> byPlace = new HashMap<>();
      for (KV<Integer, byte[]> state : context.element().getValue()) {
        add(
            byPlace.computeIfAbsent(state.getKey() / TermCounts.SHARDS, p -> new HashMap<>()),
            state.getKey() % TermCounts.SHARDS,
            state.getValue());
      }
      for (Map.Entry<Integer, Map<Integer, Accumulator>> place : byPlace.entrySet()) {
        entries
            .of(context)
            .keep(file, place.getKey(), place.getValue())
            .forEach(shard -> context.output(found(place.getKey(), shard, file)));
      }
    }
  }

  private static void add(Map<Integer, Accumulator> to, int key, byte[] state) {
    Accumulator known = to.get(key);
    if (known == null) {
      to.put(key, Accumulator.of(state));
    } else {
      Accumulator.merge(known, state);
    }
  }

  /** Merges the accumulators of all files, key by key, and cuts them to what fitting needs. */
  private static final class MergeFilesFn
      extends DoFn<KV<Integer, Iterable<KV<Integer, String>>>, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final Entries entries;

    MergeFilesFn(WindowAnalysis window, PCollectionView<String> earlier) {
      this.entries = new Entries(window.kept, earlier);
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      Map<Integer, List<String>> byKey = new HashMap<>();
      for (KV<Integer, String> found : context.element().getValue()) {
        byKey.computeIfAbsent(found.getKey(), key -> new ArrayList<>()).add(found.getValue());
      }
      KeptAnalysis.Of kept = entries.of(context);
      for (Map.Entry<Integer, List<String>> files : byKey.entrySet()) {
        int key = files.getKey();
        Map<Integer, Accumulator> merged = new HashMap<>();
        for (String file : files.getValue()) {
          add(merged, key, kept.find(file, key / TermCounts.SHARDS, key % TermCounts.SHARDS));
        }
        Accumulator whole = Objects.requireNonNull(merged.get(key));
        Accumulator trimmed = Analysis.trimmed(kept.fitted().plan(), key, whole);
        context.output(KV.of(key, Accumulator.bytes(trimmed)));
      }
    }
  }
}
