package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.validation.DataSchema;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.SchemaDifference;
import io.pergola.validation.SchemaDifference.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is different about two schemas. */
@Command(
    name = "diff",
    description = "Show what is different about two schemas, key by key.",
    footer = {"", "  pergola schema diff schema.json.versions/3.json schema.json"})
final class SchemaDiffCommand implements Callable<Integer> {
  private static final String STRINGS = "strings";

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A schema file or artifact")
  String before = "";

  @Parameters(index = "1", paramLabel = "AFTER", description = "Another one")
  String after = "";

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  SchemaDiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DataSchema left = SchemaSource.read(SchemaSource.file(home, Optional.of(before)));
    DataSchema right = SchemaSource.read(SchemaSource.file(home, Optional.of(after)));
    print(console, SchemaDifference.between(left, right), json);
    return ExitCode.OK.code();
  }

  /** A line for each key that differs. */
  static void print(Console console, SchemaDifference difference, boolean asJson) {
    if (asJson) {
      List<Object> all = new ArrayList<>();
      for (SchemaDifference.Feature feature : difference.features()) {
        for (Change change : feature.changes()) {
          all.add(
              Json.object(
                  "feature", feature.name(),
                  "key", change.key(),
                  "before", change.before(),
                  "after", change.after()));
        }
      }
      difference.others().forEach(key -> all.add(Json.object("key", key)));
      Json.print(console, all);
      return;
    }
    if (difference.isEmpty()) {
      console.line("No difference: both expect the same.");
      return;
    }
    Table table = new Table("FEATURE", "KEY", "BEFORE", "AFTER");
    for (SchemaDifference.Feature feature : difference.features()) {
      if (feature.before().isEmpty() || feature.after().isEmpty()) {
        table.add(
            feature.name(),
            "",
            feature.before().isEmpty() ? "-" : "there",
            feature.after().isEmpty() ? "-" : "new");
        continue;
      }
      for (Change change : feature.changes()) {
        table.add(
            feature.name(),
            change.key(),
            text(change, change.before(), feature.before().get(), feature.after().get()),
            text(change, change.after(), feature.after().get(), feature.before().get()));
      }
    }
    difference.others().forEach(key -> table.add("(schema)", key, "differs", "differs"));
    console.lines(table.lines());
  }

  /** Of strings, those that the other side lacks. */
  private static String text(
      Change change, Optional<String> value, FeatureSchema of, FeatureSchema other) {
    if (change.key().equals(STRINGS)
        && of.domain().orElse(null) instanceof Strings mine
        && other.domain().orElse(null) instanceof Strings theirs) {
      List<String> only =
          mine.values().stream().filter(each -> !theirs.values().contains(each)).toList();
      return "%d strings%s"
          .formatted(
              mine.values().size(),
              only.isEmpty() ? "" : ", only here: " + String.join(", ", only));
    }
    return value.orElse("-");
  }
}
