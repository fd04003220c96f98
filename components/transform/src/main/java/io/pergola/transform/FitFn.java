package io.pergola.transform;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;

/** Makes constants of the merged accumulators of one phase. Its one element says nothing. */
final class FitFn extends DoFn<Integer, String> {
  private static final long serialVersionUID = 1L;

  private final int phase;
  private final PCollectionView<String> earlier;
  private final PCollectionView<Iterable<KV<Integer, byte[]>>> merged;

  FitFn(
      int phase,
      PCollectionView<String> earlier,
      PCollectionView<Iterable<KV<Integer, byte[]>>> merged) {
    this.phase = phase;
    this.earlier = earlier;
    this.merged = merged;
  }

  @ProcessElement
  public void process(ProcessContext context) throws IOException {
    Map<Integer, Accumulator> byKey = new HashMap<>();
    context.sideInput(merged).forEach(kv -> byKey.put(kv.getKey(), Accumulator.of(kv.getValue())));
    FittedPlan before = PlanFile.parse(context.sideInput(earlier), "a side input");
    context.output(PlanFile.text(Analysis.fit(before, phase, byKey)));
  }
}
