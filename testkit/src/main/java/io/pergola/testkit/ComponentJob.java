package io.pergola.testkit;

import io.pergola.artifact.Artifact;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.DrivingComponent;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.RunContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * One component on one set of given examples: built into a pipeline as it would be, run in this JVM
 * with all of Beam's checks on.
 */
final class ComponentJob<R, O> {
  private static final String GIVEN = "given";

  private final BuiltPipeline.Node declared;
  private final PipelineGraph.Node node;
  private final RunContext context;

  ComponentJob(Function<GivenExamples.Outputs<R>, ? extends Component<O>> component) {
    this(component, RunContext.asOf(Instant.parse("2001-01-01T00:00:00Z")));
  }

  private ComponentJob(
      Function<GivenExamples.Outputs<R>, ? extends Component<O>> component, RunContext context) {
    this.context = context;
    BuiltPipeline built =
        PipelineBuilder.build(
            p -> p.add("tested", component.apply(p.add(GIVEN, new GivenExamples.Source<R>()))));
    this.node = built.graph().nodes().get(1);
    this.declared = Objects.requireNonNull(built.nodes().get(node.id()));
  }

  private ComponentJob(BuiltPipeline.Node declared, PipelineGraph.Node node, RunContext context) {
    this.declared = declared;
    this.node = node;
    this.context = context;
  }

  /** The same in a run that knows this of time. */
  ComponentJob<R, O> in(RunContext time) {
    return new ComponentJob<>(declared, node, time);
  }

  /** The component as its author declared it. */
  @SuppressWarnings("unchecked") // The node was made from a Component<O>.
  Component<O> component() {
    return (Component<O>) declared.component();
  }

  ComponentRun<O> run(GivenExamples<R> given, Path folder) throws Exception {
    return run(component(), given, folder);
  }

  /** Runs a copy of the component, such as one that went through serialisation. */
  @SuppressWarnings("unchecked") // The node's outputs were made for a Component<O>.
  ComponentRun<O> run(Component<O> copy, GivenExamples<R> given, Path folder) throws Exception {
    Path inputs = Files.createDirectories(folder.resolve("inputs"));
    Files.createDirectories(inputs.resolve("schema"));
    Path outputs = Files.createDirectories(folder.resolve("outputs"));
    given.write(inputs.resolve("examples"));
    for (PipelineGraph.Output output : node.outputs()) {
      Files.createDirectories(outputs.resolve(output.name()));
    }
    TestExecution execution =
        new TestExecution(
            node.id(),
            context,
            Files.createDirectories(folder.resolve("scratch")),
            Files.createDirectories(folder.resolve("checkpoints")));
    O out = (O) declared.outputs();
    start(copy, new Folders(inputs, outputs, execution), out);
    return new ComponentRun<>(out, node.outputs(), outputs, execution);
  }

  private static <O> void start(Component<O> component, Artifacts artifacts, O out)
      throws Exception {
    if (component instanceof BeamComponent<O> beam) {
      Pipeline job = newJob();
      beam.expand(job, artifacts, out);
      job.run().waitUntilFinish();
      beam.finish(artifacts, out);
    } else if (component instanceof DrivingComponent<O> driving) {
      driving.run(
          (name, build) -> {
            Pipeline job = newJob();
            build.accept(job);
            job.run().waitUntilFinish();
          },
          artifacts,
          out);
    } else if (component instanceof InlineComponent<O> inline) {
      inline.run(artifacts, out);
    } else {
      throw new IllegalArgumentException(
          "Cannot run %s: it is neither a BeamComponent nor an InlineComponent nor a DrivingComponent. Implement one."
              .formatted(component.getClass().getSimpleName()));
    }
  }

  private static Pipeline newJob() {
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setJobName("component-tester");
    options.setTargetParallelism(2);
    return Pipeline.create(options);
  }

  private final class Folders implements Artifacts {
    private final Path inputs;
    private final Path outputs;
    private final TestExecution execution;

    Folders(Path inputs, Path outputs, TestExecution execution) {
      this.inputs = inputs;
      this.outputs = outputs;
      this.execution = execution;
    }

    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      return find(channel)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      ("Cannot find the artifact of %s: it is neither an input nor an output of this"
                              + " component. Pass the channel to the component's record.")
                          .formatted(channel)));
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return find(channel.channel());
    }

    @Override
    public Execution execution() {
      return execution;
    }

    private <A extends Artifact> Optional<A> find(Channel<A> channel) {
      if (channel.node().equals(GIVEN)) {
        return Optional.of(artifact(channel.type(), inputs.resolve(channel.output())));
      }
      List<String> names = node.outputs().stream().map(PipelineGraph.Output::name).toList();
      return channel.node().equals(node.id()) && names.contains(channel.output())
          ? Optional.of(artifact(channel.type(), outputs.resolve(channel.output())))
          : Optional.empty();
    }

    private static <A extends Artifact> A artifact(Class<A> type, Path directory) {
      try {
        return type.getConstructor(Path.class).newInstance(directory);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(
            "Cannot make an artifact of type %s: %s. Make its constructor only keep the directory."
                .formatted(type.getSimpleName(), e),
            e);
      }
    }
  }
}
