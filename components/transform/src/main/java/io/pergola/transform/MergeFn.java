package io.pergola.transform;

import io.pergola.feature.FeaturePlan;
import java.util.Iterator;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Merges the accumulators of one key and cuts them down to what fitting needs. Each is read once
 * and written once: an engine may copy what a Combine has merged so far any number of times.
 */
final class MergeFn extends DoFn<KV<Integer, Iterable<byte[]>>, KV<Integer, byte[]>> {
  private static final long serialVersionUID = 1L;

  private final FeaturePlan plan;

  MergeFn(FeaturePlan plan) {
    this.plan = plan;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<byte[]>> states, OutputReceiver<KV<Integer, byte[]>> out) {
    Iterator<byte[]> each = states.getValue().iterator();
    Accumulator merged = Accumulator.of(each.next());
    while (each.hasNext()) {
      Accumulator.merge(merged, each.next());
    }
    Accumulator trimmed = Analysis.trimmed(plan, states.getKey(), merged);
    out.output(KV.of(states.getKey(), Accumulator.bytes(trimmed)));
  }
}
