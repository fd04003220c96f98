package io.pergola.testkit;

import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.run.Workspace;
import io.pergola.run.local.LocalEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs whole pipelines in a workspace of their own, on the local engine:
 *
 * <pre>{@code
 * PipelineTester tester = PipelineTester.in(folder);
 * tester.run(new Tips(data)).requireSucceeded();
 * tester.run(new Tips(data)).requireAllCached();
 * }</pre>
 */
public final class PipelineTester {
  private final Path home;
  private final RunOptions options;
  private final List<Assumption> assumptions;

  private PipelineTester(Path home, RunOptions options, List<Assumption> assumptions) {
    this.home = home;
    this.options = options;
    this.assumptions = List.copyOf(assumptions);
  }

  /** A tester whose workspace is this folder, such as JUnit's {@code @TempDir}. */
  public static PipelineTester in(Path home) {
    return new PipelineTester(home, RunOptions.defaults(), List.of());
  }

  /** The same with other options; default those of a run. */
  public PipelineTester options(RunOptions newOptions) {
    return new PipelineTester(home, newOptions, assumptions);
  }

  /**
   * Runs pipelines as if a node had this number on record: conditions that ask for it are judged by
   * it.
   */
  public PipelineTester assumeMetric(String node, String metric, double value) {
    return assuming(new Assumption.Metric(node, metric, value));
  }

  /** Runs pipelines as if the conditions held that this node stands under. */
  public PipelineTester assumeConditionsOf(String node) {
    return assuming(new Assumption.Conditions(node, Assumption.Outcome.HOLD));
  }

  /** Runs pipelines as if the innermost condition did not hold that this node stands under. */
  public PipelineTester assumeSkipped(String node) {
    return assuming(new Assumption.Conditions(node, Assumption.Outcome.FAIL));
  }

  private PipelineTester assuming(Assumption assumption) {
    List<Assumption> more = new ArrayList<>(assumptions);
    more.add(assumption);
    return new PipelineTester(home, options, more);
  }

  private BuiltPipeline built(PipelineDefinition pipeline) {
    BuiltPipeline built = PipelineBuilder.build(pipeline);
    for (Assumption assumption : assumptions) {
      built = assumption.of(built);
    }
    return built;
  }

  /** Runs a pipeline to its end, whatever that is. */
  public TestedRun run(PipelineDefinition pipeline) {
    try (Workspace workspace = Workspace.open(home);
        LocalEngine engine = LocalEngine.create()) {
      return new TestedRun(
          PipelineRunner.in(workspace)
              .on(engine)
              .run(built(pipeline), options, RunListener.none()));
    }
  }

  /** What {@link #run} would do now: which nodes are cached, which run and why. */
  public RunPlan plan(PipelineDefinition pipeline) {
    try (Workspace workspace = Workspace.open(home)) {
      return PipelineRunner.in(workspace).plan(built(pipeline), options);
    }
  }
}
