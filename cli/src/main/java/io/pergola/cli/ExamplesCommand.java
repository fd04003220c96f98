package io.pergola.cli;

import io.pergola.beam.BatchFilter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.cli.render.Text;
import io.pergola.feature.RowFilter;
import java.io.IOException;
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

/** Shows rows of examples. */
@Command(
    name = "examples",
    description = "Show rows of examples: the first of each split, or those that a filter names.",
    footer = {
      "",
      "\u2205 is a missing feature, \"\" the empty string, [] a feature present with no value.",
      "Filters: fare > 50 and (company in ('A', 'B') or tips is missing)"
    })
final class ExamplesCommand implements Callable<Integer> {
  private static final String TYPE = "Examples";

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(names = "--split", paramLabel = "NAME", description = "Only this split.")
  @Nullable String split;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10",
      description = "Rows a split. Default: 10")
  int limit;

  @Option(
      names = "--where",
      paramLabel = "FILTER",
      description = "Only rows that this is true of: --where=\"fare > 50\"")
  @Nullable String where;

  @Option(
      names = "--columns",
      paramLabel = "NAMES",
      split = ",",
      description = "Only these columns, in this order, split by commas.")
  List<String> columns = new ArrayList<>();

  @Option(names = "--json", description = "Print a list of rows.")
  boolean json;

  ExamplesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new UsageException("Invalid limit: %d (must be 1 or more)".formatted(limit));
    }
    Path directory = argument.directory(home, TYPE, ExamplesCommand::holdsExamples);
    ExampleSchema schema = ExampleFiles.schema(directory);
    ExampleRows rows = new ExampleRows(shown(schema), filter(schema));
    List<Object> all = new ArrayList<>();
    boolean first = true;
    for (String name : splits(directory)) {
      List<ExampleRows.Found> found = rows.first(directory, name, limit);
      if (json) {
        found.forEach(row -> all.add(row.json(name)));
        continue;
      }
      if (!first) {
        console.line("");
      }
      first = false;
      console.line(title(directory, name, found.size()));
      if (!found.isEmpty()) {
        console.line("");
        console.lines(rows.table(found));
      }
    }
    if (json) {
      Json.print(console, all);
    }
    return ExitCode.OK.code();
  }

  private static boolean holdsExamples(Path directory) {
    return Files.isDirectory(directory)
        && ExampleFiles.splits(directory).stream()
            .anyMatch(split -> !ExampleFiles.rowGroups(directory, List.of(split)).isEmpty());
  }

  private List<String> splits(Path directory) {
    List<String> splits = ExampleFiles.splits(directory);
    String wanted = split;
    if (wanted == null) {
      return splits;
    }
    if (!splits.contains(wanted)) {
      throw new UsageException(
          "Unknown split: '%s' (there are %s)".formatted(wanted, String.join(", ", splits)));
    }
    return List.of(wanted);
  }

  private List<String> shown(ExampleSchema schema) {
    List<String> names = schema.columns().stream().map(ExampleSchema.Field::name).toList();
    List<String> unknown = columns.stream().filter(name -> !names.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new UsageException(
          "Unknown columns: %s (there are %s)"
              .formatted(String.join(", ", unknown), String.join(", ", names)));
    }
    return columns.isEmpty() ? names : columns.stream().distinct().toList();
  }

  private Optional<ExampleRows.Where> filter(ExampleSchema schema) {
    String text = where;
    if (text == null) {
      return Optional.empty();
    }
    try {
      RowFilter filter = RowFilter.parse(text);
      return Optional.of(new ExampleRows.Where(BatchFilter.of(filter, schema), filter.columns()));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private String title(Path directory, String name, int found) {
    String total = Text.count(ExampleFiles.rows(directory, name));
    String of = found < limit ? Integer.toString(found) : "the first " + found;
    return where == null
        ? "%s: %s of %s examples".formatted(Text.plain(name), of, total)
        : "%s: %s that match, of %s examples".formatted(Text.plain(name), of, total);
  }
}
