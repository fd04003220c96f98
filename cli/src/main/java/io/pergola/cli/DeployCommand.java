package io.pergola.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.metadata.DeploymentDraft;
import io.pergola.metadata.StoredDeployment;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Workspace;
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
import picocli.CommandLine.Unmatched;

/** Stores a jar and records the pipelines in it. */
@Command(
    name = "deploy",
    customSynopsis = "pergola deploy JAR [--pipeline=NAME ...] [--note=TEXT] [--param=value ...]",
    description = "Store a jar, so that scheduled runs of its pipelines use it from now on.",
    footer = {
      "",
      "Pipelines are built to see that they can be: parameters without a default are given as",
      "for 'pergola run'. One whose parameters are missing is deployed unbuilt, and that is said."
    })
final class DeployCommand implements Callable<Integer> {
  private static final int FORMAT = 1;

  private final Console console;

  @Parameters(index = "0", paramLabel = "JAR", description = "The jar that holds the pipelines.")
  @Nullable Path jar;

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      description = "Only this pipeline, by name or class; may be repeated.")
  List<String> pipelines = new ArrayList<>();

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for those who look it up.")
  @Nullable String note;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Unmatched List<String> parameters = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  DeployCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path file = jar == null ? Path.of("") : jar;
    List<JarPipelines.Found> found = chosen(file, PipelineChoice.flags(parameters));
    List<Object> done = new ArrayList<>();
    try (Workspace workspace = home.open()) {
      String hash = DeployedJars.in(workspace).store(file);
      for (JarPipelines.Found one : found) {
        Optional<StoredDeployment> before = workspace.store().deployments().newest(one.name());
        StoredDeployment now =
            workspace
                .store()
                .deployments()
                .deploy(
                    new DeploymentDraft(
                        one.name(),
                        one.definition(),
                        hash,
                        String.valueOf(file.getFileName()),
                        description(one),
                        Optional.ofNullable(note)));
        boolean fresh = before.map(old -> old.version() != now.version()).orElse(true);
        done.add(DeploymentsCommand.json(now));
        if (!json) {
          console.line(
              "%s version %d%s (%s, %s)"
                  .formatted(
                      now.pipeline(),
                      now.version(),
                      fresh ? "" : " is there already",
                      now.definition(),
                      hash.substring(0, 12)));
          if (!one.missing().isEmpty()) {
            console.line(
                "  not built: it needs %s. Give them here to check it now."
                    .formatted(String.join(", ", one.missing())));
          }
        }
      }
    }
    if (json) {
      Json.print(console, done);
    }
    return ExitCode.OK.code();
  }

  private List<JarPipelines.Found> chosen(Path file, java.util.SortedMap<String, String> flags) {
    List<JarPipelines.Found> all = JarPipelines.of(file, flags);
    if (all.isEmpty()) {
      throw new UsageException(
          "Cannot deploy %s: there is no pipeline in it. Add a record that implements PipelineDefinition."
              .formatted(file));
    }
    if (pipelines.isEmpty()) {
      return all;
    }
    List<JarPipelines.Found> chosen = new ArrayList<>();
    for (String wanted : pipelines) {
      chosen.add(
          all.stream()
              .filter(one -> one.name().equals(wanted) || one.definition().equals(wanted))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Unknown pipeline: '%s'. %s has %s."
                              .formatted(
                                  wanted,
                                  file,
                                  String.join(
                                      ", ",
                                      all.stream().map(JarPipelines.Found::name).toList())))));
    }
    return chosen;
  }

  private static String description(JarPipelines.Found one) {
    try {
      return new ObjectMapper()
          .writeValueAsString(
              Json.object(
                  "format", FORMAT,
                  "parameters",
                      one.parameters().stream()
                          .map(
                              parameter ->
                                  Json.object(
                                      "name", parameter.name(),
                                      "type", parameter.type(),
                                      "required", parameter.required()))
                          .toList(),
                  "nodes",
                      one.graph()
                          .map(
                              graph ->
                                  graph.nodes().stream().map(PipelineGraph.Node::id).toList())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not plain values", e);
    }
  }
}
