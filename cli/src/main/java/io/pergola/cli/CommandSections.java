package io.pergola.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The list of commands in the main help, under headings. */
final class CommandSections implements IHelpSectionRenderer {
  private static final int INDENT = 2;

  private record Section(String heading, List<String> commands) {}

  /** In this order; what none names stands under the last. */
  private static final List<Section> SECTIONS =
      List.of(
          new Section(
              "Pipelines and runs",
              List.of(
                  "quickstart",
                  "run",
                  "plan",
                  "spans",
                  "resume",
                  "rerun",
                  "cancel",
                  "runs",
                  "show",
                  "logs",
                  "pipelines",
                  "graph",
                  "explain-cache")),
          new Section(
              "Artifacts and lineage",
              List.of(
                  "artifacts",
                  "examples",
                  "statistics",
                  "anomalies",
                  "export",
                  "import",
                  "schema",
                  "calibrate",
                  "transform",
                  "training",
                  "predict",
                  "trials",
                  "evaluation",
                  "lineage",
                  "impact",
                  "diff",
                  "reproduce",
                  "alias",
                  "quarantine")),
          new Section(
              "Schedules",
              List.of("deploy", "deployments", "schedule", "backfill", "serve", "notifications")),
          new Section("Clusters and store", List.of("flink", "gc", "doctor", "metadata")),
          new Section("This program", List.of("completion", "help")));

  @Override
  public String render(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    int names = left.keySet().stream().mapToInt(String::length).max().orElse(0) + INDENT + 1;
    List<Map<String, Help>> sections = new ArrayList<>();
    for (Section section : SECTIONS) {
      Map<String, Help> of = new LinkedHashMap<>();
      for (String name : section.commands()) {
        Help command = left.remove(name);
        if (command != null) {
          of.put(name, command);
        }
      }
      sections.add(of);
    }
    sections.get(sections.size() - 1).putAll(left);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < SECTIONS.size(); i++) {
      if (!sections.get(i).isEmpty()) {
        text.append("%n%s:%n".formatted(SECTIONS.get(i).heading()));
        text.append(table(help, names, sections.get(i)));
      }
    }
    return text.toString();
  }

  private static String table(Help help, int names, Map<String, Help> commands) {
    int width = help.commandSpec().usageMessage().width();
    Help.TextTable table =
        Help.TextTable.forColumns(
            help.colorScheme(),
            new Help.Column(names, INDENT, Help.Column.Overflow.SPAN),
            new Help.Column(width - names, INDENT, Help.Column.Overflow.WRAP));
    commands.forEach(
        (name, command) -> table.addRowValues(name, summary(command.commandSpec().usageMessage())));
    return table.toString();
  }

  /** The header; or the description as far as the first line that ends a sentence. */
  private static String summary(UsageMessageSpec usage) {
    if (usage.header().length > 0) {
      return usage.header()[0];
    }
    List<String> lines = new ArrayList<>();
    for (String line : usage.description()) {
      lines.add(line);
      if (line.endsWith(".")) {
        break;
      }
    }
    return String.join(" ", lines);
  }
}
