package io.pergola.transform;

import io.pergola.beam.ExampleBatch;
import io.pergola.feature.FeaturePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fits a feature plan to batches of examples inside any program, without a pipeline and without
 * Beam. An analyzer of what another one made wants a pass of its own, so that all examples are
 * given once for each of {@link #passes}:
 *
 * <pre>{@code
 * PlanFitting fitting = PlanFitting.of(plan);
 * while (fitting.passes() > 0) {
 *   PlanFitting.Pass pass = fitting.pass();
 *   batches.forEach(pass::add);
 *   fitting = pass.end();
 * }
 * FittedPlan fitted = fitting.plan();
 * }</pre>
 *
 * <p>The constants are those of {@link Transform}, whatever the order of the examples.
 */
public final class PlanFitting {
  private final FittedPlan before;
  private final int phase;

  private PlanFitting(FittedPlan before, int phase) {
    this.before = before;
    this.phase = phase;
  }

  /** The beginning, with no constants. */
  public static PlanFitting of(FeaturePlan plan) {
    return new PlanFitting(FittedPlan.partial(plan, List.of()), 0);
  }

  /** How many passes over the examples are still wanted. */
  public int passes() {
    return Exprs.phases(before.plan()) - phase;
  }

  /** The raw columns that the next pass reads; without one, all that the plan reads. */
  public Set<String> columns() {
    return passes() > 0 ? AnalyzeFn.columns(before.plan(), phase) : before.columns();
  }

  /**
   * The plan with its constants.
   *
   * @throws IllegalStateException if there are passes to make
   */
  public FittedPlan plan() {
    if (passes() > 0) {
      throw new IllegalStateException(
          "Cannot apply a plan that wants %d more passes over the examples. Make them first."
              .formatted(passes()));
    }
    return before;
  }

  /** Starts a pass; each thread has its own, and they are merged before the end. */
  public Pass pass() {
    return new Pass();
  }

  /** A pass over examples. Not thread-safe. */
  public final class Pass {
    private final Analysis analysis = new Analysis(before, phase);
    private final Map<Integer, Accumulator> drained = new HashMap<>();

    private Pass() {}

    /**
     * Adds examples.
     *
     * @throws IllegalArgumentException if a column has another type than the plan says
     */
    public void add(ExampleBatch batch) {
      analysis.add(batch);
      if (analysis.isLarge()) {
        analysis.drain(this::merge);
      }
    }

    /** Adds what another pass of the same fitting has seen; do not use the other afterwards. */
    public void merge(Pass other) {
      other.analysis.drain(other::merge);
      other.drained.forEach(this::merge);
    }

    private void merge(int key, Accumulator accumulator) {
      Accumulator known = drained.putIfAbsent(key, accumulator);
      if (known != null) {
        known.merge(accumulator);
      }
    }

    /** Makes constants of what was seen. */
    public PlanFitting end() {
      analysis.drain(this::merge);
      drained.replaceAll((key, merged) -> Analysis.trimmed(before.plan(), key, merged));
      return new PlanFitting(Analysis.fit(before, phase, drained), phase + 1);
    }
  }
}
