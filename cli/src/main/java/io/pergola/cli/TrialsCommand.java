package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.training.TunerTrial;
import io.pergola.training.TunerTrials;
import io.pergola.training.page.TrialsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the trials of a tuner. */
@Command(
    name = "trials",
    description = "Show the trials of a tuner, the best first: hyperparameters and metrics.",
    footer = {"", "  pergola trials", "  pergola trials 7 --html=trials.html"})
final class TrialsCommand implements Callable<Integer> {
  static final String TYPE = "TunerResults";

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "RESULTS",
      description =
          "The id, directory or URI of a tuner's results, or the id of its run. Default: the newest")
  @Nullable String word;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page for the browser that needs no network.")
  @Nullable Path html;

  @Option(names = "--json", description = "Print tuner-results.json.")
  boolean json;

  TrialsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path directory = directory();
    TunerTrials trials = TunerTrials.read(directory);
    Path page = html;
    if (page != null) {
      if (json) {
        throw new UsageException("Cannot write a page as JSON. Leave out --html or --json.");
      }
      PageFile.write(console, page, TrialsPage.of(PageFile.title(directory), trials));
    } else if (json) {
      console.line(Files.readString(directory.resolve(TunerTrials.FILE)).stripTrailing());
    } else {
      print(trials);
    }
    return ExitCode.OK.code();
  }

  private Path directory() {
    return ArtifactArgument.directoryOrOfRun(
        word,
        home,
        TYPE,
        TunerTrials.FILE,
        "Cannot show the trials of run %s: it has no tuner. List results of tuners: pergola artifacts --type=TunerResults.");
  }

  private void print(TunerTrials trials) {
    TunerTrial best = trials.bestTrial();
    console.line(
        "%s trials by %s; best %s %s in trial %d"
            .formatted(
                Text.count(trials.trials().size()),
                Text.plain(trials.search()),
                trials.objective().metric(),
                number(best, trials.objective().metric()),
                best.number()));
    console.line("");
    console.lines(table(trials).lines());
    List<TunerTrial> failed =
        trials.trials().stream().filter(trial -> trial.failure().isPresent()).toList();
    if (!failed.isEmpty()) {
      console.line("");
    }
    for (TunerTrial trial : failed) {
      console.lines(
          Text.wrapped(
              "trial %d failed: %s"
                  .formatted(trial.number(), Text.plain(trial.failure().orElseThrow())),
              console.width() - 1));
    }
  }

  private static Table table(TunerTrials trials) {
    Set<String> metrics = new TreeSet<>();
    Set<String> values = new TreeSet<>();
    for (TunerTrial trial : trials.trials()) {
      metrics.addAll(trial.metrics().keySet());
      values.addAll(trial.hyperparameters().keySet());
    }
    metrics.remove(trials.objective().metric());
    List<String> header = new ArrayList<>(List.of(">TRIAL", ">" + trials.objective().metric()));
    metrics.forEach(name -> header.add(">" + Text.plain(name)));
    header.add(">STEPS");
    values.forEach(name -> header.add(">" + Text.plain(name)));
    header.add("OUTCOME");
    Table table = new Table(header.toArray(new String[0]));
    for (TunerTrial trial : trials.ranked()) {
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(trial.number()));
      row.add(number(trial, trials.objective().metric()));
      metrics.forEach(name -> row.add(number(trial, name)));
      row.add(Text.count(trial.steps()));
      values.forEach(name -> row.add(value(trial.hyperparameters().get(name))));
      row.add(
          trial.number() == trials.best()
              ? "best"
              : trial.outcome().name().toLowerCase(Locale.ROOT));
      table.add(row.toArray(new String[0]));
    }
    return table;
  }

  private static String number(TunerTrial trial, String metric) {
    Double value = trial.metrics().get(metric);
    return value == null ? "-" : Text.number(value);
  }

  private static String value(@Nullable Object value) {
    if (value == null) {
      return "-";
    }
    return value instanceof Double number ? Text.number(number) : String.valueOf(value);
  }
}
