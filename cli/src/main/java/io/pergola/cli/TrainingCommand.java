package io.pergola.cli;

import io.pergola.cli.render.Plot;
import io.pergola.cli.render.Text;
import io.pergola.model.Graphs;
import io.pergola.model.Signature;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.NodeRecord;
import io.pergola.run.RunHistory;
import io.pergola.run.Workspace;
import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.TrainingProfile;
import io.pergola.training.page.TrainingPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how the training of a model went. */
@Command(
    name = "training",
    description = "Show how a model's training went: curves of loss, metrics and learning rate.",
    footer = {"", "  pergola training", "  pergola training 7 --html=training.html"})
final class TrainingCommand implements Callable<Integer> {
  static final String TYPE = "Model";

  private static final int HEIGHT = 10;
  private static final int SMALL_HEIGHT = 6;
  private static final int WIDEST = 120;
  private static final int BLUE = 34;
  private static final int YELLOW = 33;

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model's id, directory or URI, or the id of its run. Default: the newest")
  @Nullable String word;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page for the browser that needs no network.")
  @Nullable Path html;

  @Option(names = "--json", description = "Print training.json.")
  boolean json;

  TrainingCommand(Console console) {
    this.console = console;
  }

  /** A model's directory, and the profile of the execution that made it. */
  private record Trained(Path directory, Optional<TrainingProfile> profile) {}

  @Override
  public Integer call() throws IOException {
    Trained trained = trained();
    Path directory = trained.directory();
    TrainingCurves curves = TrainingCurves.read(directory);
    Path page = html;
    if (page != null) {
      if (json) {
        throw new UsageException("Cannot write a page as JSON. Leave out --html or --json.");
      }
      PageFile.write(
          console, page, TrainingPage.of(PageFile.title(directory), curves, trained.profile()));
    } else if (json) {
      console.line(Files.readString(directory.resolve(TrainingCurves.FILE)).stripTrailing());
    } else {
      print(curves);
      trained.profile().ifPresent(this::print);
      if (Files.isRegularFile(directory.resolve(Signature.FILE))) {
        print(Signature.read(directory).graphs());
      }
    }
    return ExitCode.OK.code();
  }

  private Trained trained() {
    Path directory =
        ArtifactArgument.directoryOrOfRun(
            word,
            home,
            TYPE,
            TrainingCurves.FILE,
            "Cannot show the training of run %s: it has no model with training curves. List models: pergola artifacts --type=Model.");
    if (!home.exists()) {
      return new Trained(directory, Optional.empty());
    }
    try (Workspace workspace = home.existing()) {
      RunHistory history = workspace.history();
      return history
          .artifactIn(directory)
          .map(model -> trained(history, model))
          .orElse(new Trained(directory, Optional.empty()));
    }
  }

  private static Trained trained(RunHistory history, ArtifactRecord model) {
    return new Trained(
        model.directory(),
        history.nodes(model.runId()).stream()
            .filter(node -> node.node().equals(model.node()))
            .findFirst()
            .map(NodeRecord::metrics)
            .flatMap(TrainingProfile::of));
  }

  private void print(TrainingCurves curves) {
    wrapped(
        "%s, label %s: %s steps of %s examples; step %s was kept%s"
            .formatted(
                curves.task(),
                Text.plain(curves.label()),
                Text.count(curves.steps()),
                Text.count(curves.batchSize()),
                Text.count(curves.keptStep()),
                kept(curves)));
    Plot large = new Plot(width(), HEIGHT, console.terminal());
    Plot small = new Plot(width(), SMALL_HEIGHT, console.terminal());
    plot(
        large.lines(
            "loss",
            List.of(
                series("training", '·', BLUE, curves.trainingLoss()),
                series("evaluation", 'o', YELLOW, curves.evaluationLoss()))));
    for (String metric : curves.metrics()) {
      plot(small.lines(metric, List.of(series("evaluation", 'o', YELLOW, curves.metric(metric)))));
    }
    curves
        .summaries()
        .forEach(
            (name, curve) ->
                plot(small.lines(Text.plain(name), List.of(series("training", '·', BLUE, curve)))));
    if (curves.constantLearningRate().isPresent()) {
      console.line("");
      wrapped(
          "learning rate %s throughout"
              .formatted(Text.number(curves.constantLearningRate().getAsDouble())));
    } else {
      plot(
          small.lines(
              "learning rate", List.of(series("training", '·', BLUE, curves.learningRate()))));
    }
  }

  private void print(TrainingProfile profile) {
    console.line("");
    wrapped(
        "time %s: input %s, compute %s, evaluation %s, checkpoints %s, other %s"
            .formatted(
                Text.duration(Duration.ofMillis(Math.round(1000 * profile.seconds()))),
                Text.percent(profile.input()),
                Text.percent(profile.compute()),
                Text.percent(profile.evaluation()),
                Text.percent(profile.checkpoint()),
                Text.percent(profile.other())));
    if (!profile.layers().isEmpty()) {
      wrapped(
          "of the network's time: "
              + profile.slowestLayers().stream()
                  .map(layer -> Text.plain(layer.getKey()) + " " + Text.percent(layer.getValue()))
                  .collect(Collectors.joining(", ")));
    }
    profile.advice().forEach(this::wrapped);
  }

  /** How the forms in which the model was exported compare. */
  private void print(Graphs graphs) {
    if (graphs.full().isEmpty()) {
      return;
    }
    console.line("");
    graphs
        .full()
        .flatMap(Graphs.Full::ends)
        .ifPresentOrElse(
            ends -> wrapped("no full.onnx: " + Text.plain(ends.text())),
            () -> wrapped("full.onnx takes raw columns"));
    Double core = graphs.parity().get(Graphs.CORE);
    Double examples = graphs.parity().get(Graphs.EXAMPLES);
    if (core != null && examples != null) {
      Double full = graphs.parity().get(Graphs.FULL);
      wrapped(
          "on %s raw examples the largest difference from the network is %s (core.onnx)%s"
              .formatted(
                  Text.count(examples.longValue()),
                  Text.number(core),
                  full == null ? "" : ", " + Text.number(full) + " (full.onnx)"));
    }
  }

  private int width() {
    return Math.min(WIDEST, console.width() - 1);
  }

  private void wrapped(String text) {
    console.lines(Text.wrapped(text, width()));
  }

  private static String kept(TrainingCurves curves) {
    return curves
        .kept()
        .map(
            best -> {
              List<String> parts = new ArrayList<>();
              parts.add("evaluation loss " + Text.number(best.loss()));
              best.metrics()
                  .forEach((name, value) -> parts.add(Text.plain(name) + " " + Text.number(value)));
              return ": " + String.join(", ", parts);
            })
        .orElse("");
  }

  private static Plot.Series series(String name, char mark, int ansi, Curve curve) {
    return new Plot.Series(name, mark, ansi, curve.steps(), curve.values());
  }

  private void plot(List<String> lines) {
    if (!lines.isEmpty()) {
      console.line("");
      console.lines(lines);
    }
  }
}
