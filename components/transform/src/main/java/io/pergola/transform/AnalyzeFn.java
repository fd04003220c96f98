package io.pergola.transform;

import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/** Reads row groups and accumulates what the analyzers of one phase need, once per bundle. */
final class AnalyzeFn extends DoFn<RowGroup, KV<Integer, byte[]>> {
  private static final long serialVersionUID = 1L;

  private final int phase;
  private final HashSet<String> columns;
  private final PCollectionView<String> earlier;
  private final @Nullable Counter rows;
  private transient @Nullable FittedPlan before;
  private transient @Nullable Analysis analysis;

  /**
   * @param rows counts the examples that are read, or null
   */
  AnalyzeFn(FeaturePlan plan, int phase, PCollectionView<String> earlier, @Nullable Counter rows) {
    this.phase = phase;
    this.rows = rows;
    this.earlier = earlier;
    this.columns = new HashSet<>(columns(plan, phase));
  }

  /** The raw columns that the analyzers of a phase read. */
  static Set<String> columns(FeaturePlan plan, int phase) {
    Map<Integer, Expr> analyzers = Analysis.ofPhase(plan, phase);
    return Exprs.columnsToFit(analyzers.values());
  }

  @StartBundle
  public void startBundle() {
    analysis = null;
  }

  @ProcessElement
  public void process(ProcessContext context) throws IOException {
    Analysis current = analysis;
    if (current == null) {
      current = new Analysis(fittedBefore(context), phase);
      analysis = current;
    }
    current.add(RowGroupReader.read(context.element(), columns));
    if (rows != null) {
      rows.inc(context.element().rows());
    }
    if (current.isLarge()) {
      current.drain(
          (key, accumulator) -> context.output(KV.of(key, Accumulator.bytes(accumulator))));
    }
  }

  /** Parsed once: a bundle can be one row group, and a vocabulary millions of terms. */
  private FittedPlan fittedBefore(ProcessContext context) throws IOException {
    FittedPlan known = before;
    if (known == null) {
      known = PlanFile.parse(context.sideInput(earlier), "a side input");
      before = known;
    }
    return known;
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    Analysis current = analysis;
    if (current != null) {
      current.drain(
          (key, accumulator) ->
              context.output(
                  KV.of(key, Accumulator.bytes(accumulator)),
                  GlobalWindow.INSTANCE.maxTimestamp(),
                  GlobalWindow.INSTANCE));
      analysis = null;
    }
  }
}
