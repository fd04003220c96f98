package io.pergola.transform;

import io.pergola.artifact.TransformGraph;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FileMemory;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroups;
import io.pergola.feature.FeaturePlan;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/**
 * The job that fits a plan to examples, and applies it to them if it is asked to: what {@link
 * Transform} and {@link TransformGraphGen} have in common.
 */
final class FittingJob {
  private static final String AGAIN = ", and all again where constants of an earlier phase changed";

  private final FittedPlan unfitted;
  private final List<String> analyzedSplits;
  private final Path raw;
  private final List<String> splits;
  private final ExampleSchema schema;
  private final List<RowGroup> groups;
  private final List<RowGroup> analyzed;
  private final Optional<WindowAnalysis> window;

  private FittingJob(
      FittedPlan unfitted,
      List<String> analyzedSplits,
      Path raw,
      List<String> splits,
      ExampleSchema schema,
      List<RowGroup> groups,
      Optional<WindowAnalysis> window) {
    this.unfitted = unfitted;
    this.analyzedSplits = analyzedSplits;
    this.raw = raw;
    this.splits = splits;
    this.schema = schema;
    this.groups = groups;
    this.analyzed =
        groups.stream().filter(group -> analyzedSplits.contains(group.split())).toList();
    this.window = window;
  }

  /**
   * A job that keeps nothing.
   *
   * @param analyzed the splits that constants are computed from
   * @throws IllegalArgumentException if the examples lack a column or a split; the message names
   *     all
   */
  static FittingJob of(FeaturePlan plan, List<String> analyzed, Path raw) {
    FittedPlan unfitted = FittedPlan.partial(plan, List.of());
    List<String> splits = ExampleFiles.splits(raw);
    ExampleSchema schema = ExampleFiles.schema(raw);
    PlanCheck.check(unfitted, schema, analyzed, splits);
    return new FittingJob(
        unfitted, analyzed, raw, splits, schema, ExampleFiles.rowGroups(raw), Optional.empty());
  }

  /** The same after it was done, which has nothing to check: files are opened once. */
  static FittingJob done(FeaturePlan plan, List<String> analyzed, Path raw) {
    List<RowGroup> groups = ExampleFiles.rowGroups(raw);
    return new FittingJob(
        FittedPlan.partial(plan, List.of()),
        analyzed,
        raw,
        ExampleFiles.splits(raw),
        groups.isEmpty() ? ExampleFiles.schema(raw) : ExampleFiles.schemaOf(groups.get(0).path()),
        groups,
        Optional.empty());
  }

  /**
   * The same, keeping what it finds in the files of a window, if the examples are one.
   *
   * @param component whose job it is; what is kept is of its code
   */
  FittingJob keeping(TransformGraphGen<?> component, Execution execution) {
    if (phases() == 0) {
      return this;
    }
    Optional<WindowAnalysis> kept =
        execution
            .memo()
            .flatMap(folder -> FileMemory.of(folder, raw))
            .flatMap(memory -> memory.only(KeptAnalysis.byFile(analyzed).keySet()))
            .map(memory -> KeptAnalysis.of(memory, component, unfitted.plan()))
            .map(
                entries ->
                    new WindowAnalysis(
                        entries, new ArrayList<>(analyzed), execution.checkpoints().toString()));
    return new FittingJob(unfitted, analyzedSplits, raw, splits, schema, groups, kept);
  }

  /** What a plan says of a window, of which the accumulators of so many spans are kept. */
  static String forecast(FeaturePlan plan, long kept, long spans) {
    return "merges %d %s, analyses %d%s"
        .formatted(
            kept,
            kept == 1 ? "span" : "spans",
            spans - kept,
            Exprs.phases(plan) > 1 && kept > 0 ? AGAIN : "");
  }

  private int phases() {
    return Exprs.phases(unfitted.plan());
  }

  /** Says how much of a window is kept. */
  void announce(Execution execution, Channel<TransformGraph> graph) {
    if (window.isPresent()) {
      WindowAnalysis.FileCounts files = window.get().first(unfitted);
      execution.property(graph, "files_merged", files.merged());
      execution.property(graph, "files_read", files.read());
      execution.progress(
          "merges what is kept of %d files, reads %d%s"
              .formatted(files.merged(), files.read(), phases() == 1 ? "" : AGAIN));
    }
  }

  /** Adds the passes that fit the plan, and the step that writes it. */
  void writeGraph(Pipeline beam, Path graph) {
    write(fit(beam, JobCounters.rows()), graph);
  }

  /** Adds the same, and the pass that applies the plan. */
  void writeAll(Pipeline beam, Path graph, Path transformed) {
    PCollection<String> fitted = fit(beam, null);
    write(fitted, graph);
    PCollectionView<String> plan = fitted.apply("Fitted plan", View.asSingleton());
    beam.apply("Read examples", RowGroups.of(groups))
        .apply(
            "Transform",
            ParDo.of(
                    new TransformFn(
                        transformed, groups, unfitted.features().listedValues(), columns(), plan))
                .withSideInputs(plan));
    Set<String> empty = new TreeSet<>(splits);
    groups.forEach(group -> empty.remove(group.split()));
    if (!empty.isEmpty()) {
      beam.apply("Empty splits", Create.of(empty).withCoder(StringUtf8Coder.of()))
          .apply(
              "Write empty splits",
              ParDo.of(new EmptySplitFn(transformed, unfitted.schema(schema))));
    }
  }

  private static void write(PCollection<String> fitted, Path graph) {
    fitted.apply("Write plan", ParDo.of(new WritePlanFn(graph)));
  }

  private PCollection<String> fit(Pipeline beam, @Nullable Counter rows) {
    PCollection<String> fitted =
        beam.apply(
            "Unfitted plan", Create.of(PlanFile.text(unfitted)).withCoder(StringUtf8Coder.of()));
    for (int phase = 0; phase < phases(); phase++) {
      PCollectionView<String> earlier = fitted.apply("Before " + phase, View.asSingleton());
      Counter counter = phase == 0 ? rows : null;
      PCollectionView<Iterable<KV<Integer, byte[]>>> merged =
          (window.isPresent()
                  ? window.get().merged(beam, phase, earlier, counter)
                  : merged(beam, phase, earlier, counter))
              .apply("Merged " + phase, View.asIterable());
      fitted =
          beam.apply("Start fitting " + phase, Create.of(phase))
              .apply(
                  "Fit " + phase,
                  ParDo.of(new FitFn(phase, earlier, merged)).withSideInputs(earlier, merged))
              .setCoder(StringUtf8Coder.of());
    }
    return fitted;
  }

  private PCollection<KV<Integer, byte[]>> merged(
      Pipeline beam, int phase, PCollectionView<String> earlier, @Nullable Counter rows) {
    KvCoder<Integer, byte[]> coder = KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());
    return beam.apply("Read for phase " + phase, RowGroups.of(analyzed))
        .apply(
            "Analyse " + phase,
            ParDo.of(new AnalyzeFn(unfitted.plan(), phase, earlier, rows)).withSideInputs(earlier))
        .setCoder(coder)
        .apply("Together " + phase, GroupByKey.create())
        .apply("Merge " + phase, ParDo.of(new MergeFn(unfitted.plan())))
        .setCoder(coder);
  }

  /** What is left to do when the job is done. */
  void finish(Execution execution, Channel<TransformGraph> channel, Path graph) throws IOException {
    keepSample(graph);
    execution.property(channel, "column_lineage", unfitted.plan().columns());
    if (window.isPresent()) {
      window.get().kept().tidy(FittedPlan.read(graph));
      for (int phase = 1; phase < phases(); phase++) {
        Optional<WindowAnalysis.FileCounts> files =
            WindowAnalysis.FileCounts.read(execution.checkpoints(), phase);
        if (files.isPresent()) {
          String name = "phase_%d_".formatted(phase + 1);
          execution.property(channel, name + "files_merged", files.get().merged());
          execution.property(channel, name + "files_read", files.get().read());
        }
      }
    }
  }

  /** Keeps some of the raw examples beside the plan. */
  void keepSample(Path graph) throws IOException {
    RawSample.write(graph, RawSample.of(groups), columns());
  }

  /** The raw columns that the plan reads, as far as the examples have them. */
  private Set<String> columns() {
    Set<String> columns = unfitted.columns();
    columns.removeIf(column -> schema.find(column).isEmpty());
    return columns;
  }
}
