package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.Names;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.InfrastructureException;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes data and runs a bundled pipeline on it. */
@Command(
    name = "quickstart",
    description = "Make data and run a whole pipeline on it: a bundled example.",
    footer = {
      "",
      "The taxi pipeline learns which trips end in a generous tip. Run it again, and everything is",
      "served from the cache."
    })
final class QuickstartCommand implements Callable<Integer> {
  private static final long SEED = 42;
  private static final long LEAST = 1_000;

  private final Console console;

  @Parameters(
      paramLabel = "PIPELINE",
      arity = "0..1",
      defaultValue = "taxi",
      description = "The example to run. Default: taxi")
  String pipeline = "taxi";

  @Option(
      names = "--with-bad-day",
      description = {
        "Then run it on a day of broken data, checked against the schema of the first run:",
        "the anomalies are listed, and the run stops before anything is trained or pushed."
      })
  boolean withBadDay;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows to make, from 1,000. Default: 15000 for taxi, else what suits it.")
  @Nullable Long asked;

  @Mixin HomeOption home = new HomeOption();

  @Mixin EngineOptions engine = new EngineOptions();

  QuickstartCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BundledPipeline example =
        PipelineLoader.bundled(pipeline)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot find the bundled example '%s': there are %s. Correct the name."
                            .formatted(
                                pipeline, String.join(", ", PipelineLoader.bundledNames()))));
    long rows = asked == null ? example.rows() : asked;
    if (rows < LEAST) {
      throw new UsageException("Invalid --rows: %d (from 1,000)".formatted(rows));
    }
    try (Workspace workspace = home.open()) {
      Map<String, String> defaults = new TreeMap<>();
      example.defaults(workspace.home()).forEach((name, at) -> defaults.put(Names.kebab(name), at));
      Path data =
          Path.of(defaults.getOrDefault("data", workspace.home().resolve("data").toString()));
      generate(data, rows, directory -> example.generate(directory, rows, SEED));
      Origin ordinary = new Origin(pipeline, Optional.empty(), new TreeMap<>());
      RunSession.End first = session(workspace, ordinary).run(engine);
      if (!withBadDay || !(first.result().orElse(null) instanceof RunResult.Succeeded)) {
        return first.code().code();
      }
      return badDay(workspace, example, rows, data, ordinary).code();
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot write the data of the quickstart: %s. Free some space, or choose another --home."
              .formatted(e.getMessage()),
          e);
    }
  }

  private ExitCode badDay(
      Workspace workspace, BundledPipeline example, long rows, Path data, Origin ordinary)
      throws IOException {
    Path badData = data.resolveSibling(data.getFileName() + "-bad-day");
    long badRows = Math.max(LEAST, rows / 10);
    console.line("");
    console.line("--- a bad day ---");
    generate(badData, badRows, directory -> example.generateBadDay(directory, badRows, SEED));
    ArtifactRecord schema = new Finder(workspace.history()).artifact(Optional.empty(), "Schema");
    Origin bad =
        ordinary
            .flag("data", badData.toString())
            .flag("schema", schema.directory().resolve("schema.json").toString());
    RunSession.End end = session(workspace, bad).run(engine);
    if (end.result().orElse(null) instanceof RunResult.Stopped) {
      console.line("");
      console.line(
          "That is what should happen: the model in service is still the one from before.");
      return ExitCode.OK;
    }
    if (end.result().orElse(null) instanceof RunResult.Succeeded) {
      Failures.report(
          console,
          "Cannot show a bad day: the broken data passed the validator. Look at 'pergola anomalies'.",
          Optional.empty());
      return ExitCode.FAILED;
    }
    return end.code();
  }

  private RunSession session(Workspace workspace, Origin origin) {
    return new RunSession(console, workspace, origin, home.flag());
  }

  private interface Generator {
    void write(Path directory) throws IOException;
  }

  /** Makes data, unless the same is there from last time. */
  private void generate(Path directory, long count, Generator generator) throws IOException {
    Path marker = directory.resolveSibling("." + directory.getFileName() + ".generated");
    String what = "rows=%d seed=%d\n".formatted(count, SEED);
    if (Files.isDirectory(directory)
        && Files.exists(marker)
        && Files.readString(marker).equals(what)) {
      console.line("%s rows in %s, from last time".formatted(Text.count(count), shown(directory)));
      return;
    }
    long start = System.nanoTime();
    Files.createDirectories(directory);
    Files.deleteIfExists(marker);
    generator.write(directory);
    Files.writeString(marker, what);
    console.line(
        "%s rows made in %s (%s)"
            .formatted(
                Text.count(count),
                shown(directory),
                Text.duration(Duration.ofNanos(System.nanoTime() - start))));
  }

  private static Path shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }
}
