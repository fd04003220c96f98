package io.pergola.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.cli.StatisticsChoice.Place;
import io.pergola.cli.render.Text;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.page.StatisticsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the statistics of examples, or two of them beside each other. */
@Command(
    name = "statistics",
    description = "Show the statistics of examples, or compare two; as tables or as a page.",
    footer = {
      "",
      "Histograms have 10 buckets of equal width from MIN to MAX; of text, the 10 most",
      "frequent values. Of two statistics, the largest distance comes first.",
      "",
      "  pergola statistics --feature=fare",
      "  pergola statistics 2 11 --html=statistics.html"
    })
final class StatisticsCommand implements Callable<Integer> {
  static final String TYPE = "ExampleStatistics";

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "A",
      description = "Id, directory or URI of statistics. Default: the newest")
  @Nullable String first;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B",
      description = "Statistics to compare with")
  @Nullable String second;

  @Option(names = "--split", paramLabel = "NAME", description = "Only this split.")
  @Nullable String split;

  @Option(
      names = "--slice",
      paramLabel = "TEXT",
      description = "Slices whose name contains this, such as 'company=', instead of all examples.")
  @Nullable String slice;

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      description = "Only this feature, with all that is known of it.")
  @Nullable String feature;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a page for the browser that needs no network, with all splits and slices.")
  @Nullable Path html;

  @Option(
      names = "--json",
      description = "Print statistics.json, or the distances of two statistics.")
  boolean json;

  StatisticsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    StatisticsChoice choice =
        new StatisticsChoice(
            Optional.ofNullable(split), Optional.ofNullable(slice), Optional.ofNullable(feature));
    Path directory = directory(first);
    DatasetStatistics statistics = StatisticsFile.read(directory);
    String other = second;
    Path page = html;
    if (page != null) {
      if (split != null || slice != null || feature != null || json) {
        throw new UsageException(
            "Cannot write a page of a part, or as JSON: --html takes all. Choose on the page.");
      }
      PageFile.write(
          console,
          page,
          other == null
              ? StatisticsPage.of(side(first, directory, statistics))
              : StatisticsPage.of(
                  side(first, directory, statistics),
                  side(other, directory(other), StatisticsFile.read(directory(other)))));
    } else if (other != null) {
      compare(statistics, StatisticsFile.read(directory(other)), choice);
    } else if (json) {
      choice.places(List.of(statistics));
      printFile(directory, choice);
    } else {
      print(statistics, choice);
    }
    return ExitCode.OK.code();
  }

  private Path directory(@Nullable String word) {
    ArtifactArgument argument = new ArtifactArgument();
    argument.artifact = word;
    return argument.directory(home, TYPE, StatisticsFile.NAME);
  }

  /** Named after its id, and the last folders: pipeline, node, output, execution. */
  private static StatisticsPage.Side side(
      @Nullable String word, Path directory, DatasetStatistics statistics) {
    String folders = PageFile.title(directory);
    boolean isId = word != null && word.matches("\\d+");
    return new StatisticsPage.Side(isId ? word + ": " + folders : folders, statistics);
  }

  private void printFile(Path directory, StatisticsChoice choice) throws IOException {
    Path file = directory.resolve(StatisticsFile.NAME);
    if (split == null && slice == null && feature == null) {
      console.line(Files.readString(file).stripTrailing());
      return;
    }
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    choice.keepIn(root);
    Json.print(console, root);
  }

  private void compare(DatasetStatistics a, DatasetStatistics b, StatisticsChoice choice) {
    StatisticsComparison comparison = new StatisticsComparison(a, b, choice);
    if (json) {
      Json.print(console, comparison.json());
      return;
    }
    comparison.print(console);
    if (feature != null) {
      for (Place place : choice.places(List.of(a, b))) {
        details("A " + place, choice.at(a, place));
        details("B " + place, choice.at(b, place));
      }
    }
  }

  private void details(String title, Optional<SplitStatistics> statistics) {
    if (statistics.isPresent()) {
      console.line("");
      console.line("%s: %s examples".formatted(Text.plain(title), examples(statistics.get())));
      console.line("");
      new FeatureDetails(console).print(statistics.get());
    }
  }

  private void print(DatasetStatistics statistics, StatisticsChoice choice) {
    String gap = "";
    for (Place place : choice.places(List.of(statistics))) {
      SplitStatistics part = choice.at(statistics, place).orElseThrow();
      console.line(
          "%s%s: %s examples%s"
              .formatted(gap, Text.plain(place.toString()), examples(part), weight(part)));
      console.line("");
      if (feature == null) {
        console.lines(StatisticsTable.lines(part));
        hint(part);
      } else {
        new FeatureDetails(console).print(part);
      }
      gap = System.lineSeparator();
    }
  }

  private static String examples(SplitStatistics statistics) {
    return Text.count(statistics.examples());
  }

  private static String weight(SplitStatistics statistics) {
    return statistics.weightedExamples().isPresent()
        ? ", weight " + Text.number(statistics.weightedExamples().getAsDouble())
        : "";
  }

  /** Says that there are slices. */
  private void hint(SplitStatistics part) {
    if (!part.slices().isEmpty()) {
      console.line("");
      console.line(
          "%s slices%s, the first '%s'. Show some: pergola statistics --slice=TEXT"
              .formatted(
                  Text.count(part.slices().size()),
                  part.unreportedSlices() == 0
                      ? ""
                      : " (%s more, with %s examples together, have no statistics)"
                          .formatted(
                              Text.count(part.unreportedSlices()),
                              Text.count(
                                  part.otherSlices().stream()
                                      .mapToLong(OtherSlices::examples)
                                      .sum())),
                  Text.clip(Text.plain(part.slices().get(0).key().toString()), 40)));
    }
  }
}
