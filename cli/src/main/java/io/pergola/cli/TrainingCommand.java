package io.pergola.cli;

import io.pergola.cli.render.Plot;
import io.pergola.cli.render.Text;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.page.TrainingPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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

  @Override
  public Integer call() throws IOException {
    Path directory = directory();
    TrainingCurves curves = TrainingCurves.read(directory);
    Path page = html;
    if (page != null) {
      if (json) {
        throw new UsageException("Cannot write a page as JSON. Leave out --html or --json.");
      }
      write(page, TrainingPage.of(title(directory), curves));
    } else if (json) {
      console.line(Files.readString(directory.resolve(TrainingCurves.FILE)).stripTrailing());
    } else {
      print(curves);
    }
    return ExitCode.OK.code();
  }

  private Path directory() {
    if (word != null) {
      Optional<Path> ofRun = modelOfRun(word);
      if (ofRun.isPresent()) {
        return ofRun.get();
      }
    }
    ArtifactArgument argument = new ArtifactArgument();
    argument.artifact = word;
    return argument.directory(home, TYPE, TrainingCurves.FILE);
  }

  /** The model that a run made or took from the cache, where the word is the id of a run. */
  private Optional<Path> modelOfRun(String runId) {
    if (!home.exists()) {
      return Optional.empty();
    }
    try (Workspace workspace = home.existing()) {
      Optional<RunRecord> run = workspace.history().run(runId);
      if (run.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          workspace.history().artifactsOf(runId).stream()
              .filter(artifact -> artifact.type().equals(TYPE))
              .filter(artifact -> TrainingCurves.areIn(artifact.directory()))
              .findFirst()
              .map(ArtifactRecord::directory)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot show the training of run %s: it has no model with training curves. List models: pergola artifacts --type=Model."
                              .formatted(runId))));
    }
  }

  /** The last folders: pipeline, node, output, execution. */
  private static String title(Path directory) {
    int names = directory.getNameCount();
    return directory.subpath(Math.max(0, names - 4), names).toString();
  }

  private void write(Path file, String page) throws IOException {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.write(file, bytes);
    console.line("%s (%s). Open it in a browser.".formatted(file, Text.size(bytes.length)));
  }

  private void print(TrainingCurves curves) {
    console.line(
        "%s, label %s: %s steps of %s examples; step %s was kept%s"
            .formatted(
                curves.task(),
                Text.plain(curves.label()),
                Text.count(curves.steps()),
                Text.count(curves.batchSize()),
                Text.count(curves.keptStep()),
                kept(curves)));
    int width = Math.min(WIDEST, console.width() - 1);
    Plot large = new Plot(width, HEIGHT, console.terminal());
    Plot small = new Plot(width, SMALL_HEIGHT, console.terminal());
    plot(
        large.lines(
            "loss",
            List.of(
                series("training", '·', BLUE, curves.trainingLoss()),
                series("evaluation", 'o', YELLOW, curves.evaluationLoss()))));
    for (String metric : curves.metrics()) {
      plot(small.lines(metric, List.of(series("evaluation", 'o', YELLOW, curves.metric(metric)))));
    }
    if (curves.constantLearningRate().isPresent()) {
      console.line("");
      console.line(
          "learning rate %s throughout"
              .formatted(Text.number(curves.constantLearningRate().getAsDouble())));
    } else {
      plot(
          small.lines(
              "learning rate", List.of(series("training", '·', BLUE, curves.learningRate()))));
    }
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
