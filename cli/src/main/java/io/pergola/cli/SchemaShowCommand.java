package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.validation.DataSchema;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.SchemaVersion;
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

/** Shows a schema. */
@Command(name = "show", description = "Show what examples are expected to look like.")
final class SchemaShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "SCHEMA",
      description = "A schema file, or an artifact's id or directory. Default: the newest artifact")
  @Nullable String schema;

  @Option(names = "--history", description = "The versions that a curated schema has had.")
  boolean history;

  @Option(names = "--json", description = "Print schema.json.")
  boolean json;

  SchemaShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path file = SchemaSource.file(home, Optional.ofNullable(schema));
    DataSchema found = SchemaSource.read(file);
    List<SchemaVersion> versions = SchemaFile.history(file);
    if (json) {
      console.line(SchemaFile.print(found, versions));
    } else if (history) {
      showHistory(versions);
    } else {
      show(found, versions);
    }
    return ExitCode.OK.code();
  }

  private void showHistory(List<SchemaVersion> versions) {
    if (versions.isEmpty()) {
      console.line("No history: the schema was inferred, or written by hand.");
      return;
    }
    Table table = new Table(">VERSION", "MADE", "BY", "CHANGES");
    for (SchemaVersion version : versions) {
      table.add(
          Long.toString(version.version()),
          Text.time(version.at()),
          version.origin(),
          String.join("; ", version.changes()));
    }
    console.lines(table.lines());
  }

  private void show(DataSchema found, List<SchemaVersion> versions) {
    console.line(
        "%s features%s"
            .formatted(
                Text.count(found.features().size()),
                versions.isEmpty()
                    ? ""
                    : ", version " + versions.get(versions.size() - 1).version()));
    console.line("");
    Table table = new Table("FEATURE", "TYPE", "PRESENT", "VALUES", "DOMAIN", "MORE");
    for (FeatureSchema feature : found.columns()) {
      table.add(
          feature.name(),
          feature.type().name(),
          presence(feature.presence()),
          values(feature),
          feature.domain().map(SchemaShowCommand::domain).orElse("any"),
          more(feature));
    }
    console.lines(table.lines());
    List<String> joined = new ArrayList<>();
    found.sparseFeatures().forEach(sparse -> joined.add("sparse " + sparse.name()));
    found.weightedFeatures().forEach(weighted -> joined.add("weighted " + weighted.name()));
    if (!joined.isEmpty()) {
      console.line("");
      console.line(Text.plain(String.join(", ", joined)));
    }
  }

  private static String presence(Presence presence) {
    if (!presence.isExpected()) {
      return "may be absent";
    }
    return presence.minFraction() > 0
        ? "in " + Text.percent(presence.minFraction())
        : "in " + Text.count(presence.minCount());
  }

  private static String values(FeatureSchema feature) {
    if (feature.shape().isPresent()) {
      return feature.shape().get().sizes().toString();
    }
    ValueCounts values = feature.values();
    String max = values.max() == Long.MAX_VALUE ? "any" : Long.toString(values.max());
    return values.min() == values.max() ? max : values.min() + ".." + max;
  }

  private static String domain(Domain domain) {
    if (domain instanceof Strings strings) {
      return "%d strings: %s"
          .formatted(strings.values().size(), String.join(", ", strings.values()));
    }
    return oneLine(domain);
  }

  private static String oneLine(Domain domain) {
    String name = domain.getClass().getSimpleName();
    return domain.toString().replace(name, domain.kind()).replace("Optional.empty", "-");
  }

  private static String more(FeatureSchema feature) {
    List<String> more = new ArrayList<>();
    if (feature.stage() != LifecycleStage.UNKNOWN_STAGE) {
      more.add(feature.stage().name());
    }
    feature.environments().notIn().forEach(name -> more.add("not in " + name));
    feature.environments().in().forEach(name -> more.add("in " + name));
    if (!feature.drift().isEmpty()) {
      more.add("drift");
    }
    if (!feature.skew().isEmpty()) {
      more.add("skew");
    }
    feature.unique().ifPresent(unique -> more.add("unique"));
    feature.validations().forEach(validation -> more.add(validation.expression().text()));
    return String.join(", ", more);
  }
}
