package io.pergola.evaluation;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.model.Predictions;
import io.pergola.model.Servable;
import io.pergola.model.Signature;
import io.pergola.model.Task;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceRows;
import io.pergola.validation.Slicing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.jspecify.annotations.Nullable;

/** Scores row groups with a model and a baseline, and aggregates by slice within a bundle. */
final class ScoreFn extends DoFn<RowGroup, SliceAccumulators> {
  private static final long serialVersionUID = 1L;

  private final String modelDirectory;
  private final @Nullable String baselineDirectory;
  private final List<Slicing> slicings;
  private final Counter rows = JobCounters.rows();
  private transient @Nullable Servable model;
  private transient @Nullable Servable baseline;
  private transient @Nullable SliceAccumulators accumulators;

  ScoreFn(String modelDirectory, @Nullable String baselineDirectory, List<Slicing> slicings) {
    this.modelDirectory = modelDirectory;
    this.baselineDirectory = baselineDirectory;
    this.slicings = List.copyOf(slicings);
  }

  @Setup
  public void open() throws IOException {
    model = Servable.open(Path.of(modelDirectory));
    if (baselineDirectory != null) {
      baseline = Servable.open(Path.of(baselineDirectory));
    }
  }

  @Teardown
  public void close() {
    if (model != null) {
      model.close();
    }
    if (baseline != null) {
      baseline.close();
    }
  }

  @StartBundle
  public void start() {
    accumulators = new SliceAccumulators();
  }

  @ProcessElement
  public void score(@Element RowGroup rowGroup) throws IOException {
    Servable servable = Objects.requireNonNull(model);
    ExampleBatch batch = RowGroupReader.read(rowGroup, columns());
    float[] labels = servable.labels(batch);
    Predictions predictions = servable.predict(batch);
    Predictions compared = baseline == null ? null : baseline.predict(batch);
    SliceAccumulators into = Objects.requireNonNull(accumulators);
    boolean[] isLabelled = new boolean[batch.rows()];
    for (int row = 0; row < isLabelled.length; row++) {
      isLabelled[row] = isUsable(servable.signature().task(), labels[row], predictions.width());
      if (!isLabelled[row]) {
        into.countUnlabelled();
      }
    }
    List<SliceRows> cuts = new ArrayList<>();
    cuts.add(SliceRows.overall(batch.rows()));
    slicings.forEach(slicing -> cuts.add(SliceRows.of(slicing, batch)));
    Set<SliceKey> done = new HashSet<>();
    for (SliceRows cut : cuts) {
      add(into, cut, done, isLabelled, labels, predictions, compared);
    }
    rows.inc(batch.rows());
  }

  @FinishBundle
  public void finish(FinishBundleContext context) {
    context.output(
        Objects.requireNonNull(accumulators),
        GlobalWindow.INSTANCE.maxTimestamp(),
        GlobalWindow.INSTANCE);
  }

  /**
   * Adds a batch to slices.
   *
   * @param done the slices that have the batch already: of two slicings with a slice in common,
   *     both give all of its examples
   */
  private void add(
      SliceAccumulators into,
      SliceRows cut,
      Set<SliceKey> done,
      boolean[] isLabelled,
      float[] labels,
      Predictions predictions,
      @Nullable Predictions compared) {
    Task task = Objects.requireNonNull(model).signature().task();
    int width = predictions.width();
    SliceAccumulators.Baseline with =
        compared == null ? SliceAccumulators.Baseline.ABSENT : SliceAccumulators.Baseline.PRESENT;
    SliceAccumulators.@Nullable Pair[] pairs = new SliceAccumulators.Pair[cut.keys().size()];
    for (int slice = 0; slice < pairs.length; slice++) {
      SliceKey key = cut.keys().get(slice);
      pairs[slice] = done.add(key) ? into.slice(key, task, width, with) : null;
    }
    for (int i = 0; i < cut.size(); i++) {
      int row = cut.row(i);
      SliceAccumulators.Pair pair = pairs[cut.slice(i)];
      if (pair == null || !isLabelled[row]) {
        continue;
      }
      pair.model().add(predictions.values(), row * width, labels[row]);
      MetricAccumulator other = pair.baseline();
      if (other != null && compared != null) {
        other.add(compared.values(), row * width, labels[row]);
      }
    }
  }

  private static boolean isUsable(Task task, float label, int classes) {
    return !Float.isNaN(label) && (task != Task.MULTICLASS || (label >= 0 && label < classes));
  }

  private Set<String> columns() {
    Servable servable = Objects.requireNonNull(model);
    Set<String> columns = new TreeSet<>();
    servable.signature().inputs().forEach(input -> columns.add(input.name()));
    servable.signature().labelInputs().forEach(input -> columns.add(input.name()));
    if (baseline != null) {
      baseline.signature().inputs().stream().map(Signature.Input::name).forEach(columns::add);
    }
    slicings.forEach(slicing -> slicing.terms().forEach(term -> columns.add(term.column())));
    return columns;
  }
}
