package io.pergola.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.metadata.DeploymentDraft;
import io.pergola.metadata.StoredDeployment;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.Schedule;
import io.pergola.run.Workspace;
import io.pergola.schedule.Schedules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final int HASH_SHOWN = 12;

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
  public Integer call() throws IOException {
    Path file = jar == null ? Path.of("") : jar;
    List<JarPipelines.Found> found = chosen(file, PipelineChoice.flags(parameters));
    List<Schedule> schedules = JarSchedules.of(file);
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
                        description(one, schedules),
                        Optional.ofNullable(note)));
        boolean fresh = before.map(old -> old.version() != now.version()).orElse(true);
        if (json) {
          done.add(json(one, now, fresh));
        } else {
          show(one, now, fresh);
        }
      }
    }
    if (json) {
      Json.print(
          console,
          Json.object(
              "pipelines",
              done,
              "schedules",
              schedules.stream().map(DeployCommand::json).toList()));
    } else {
      show(file, schedules);
    }
    return ExitCode.OK.code();
  }

  private void show(JarPipelines.Found one, StoredDeployment now, boolean fresh) {
    console.line(
        "%s version %d%s (%s, %s%s)"
            .formatted(
                now.pipeline(),
                now.version(),
                fresh ? "" : " is there already",
                now.definition(),
                now.jar().substring(0, HASH_SHOWN),
                one.graph().map(graph -> ", " + counted(graph.nodes().size(), "node")).orElse("")));
    if (!one.missing().isEmpty()) {
      console.line(
          "  not built: it needs %s. Give them here to check it now."
              .formatted(String.join(", ", one.missing())));
    }
  }

  private void show(Path file, List<Schedule> schedules) {
    for (Schedule schedule : schedules) {
      console.line(
          "schedule %s of %s: %s in %s"
              .formatted(
                  schedule.id(),
                  ScheduleWords.pipelineName(schedule.pipeline()),
                  schedule.timing().when().orElse("no time"),
                  schedule.timing().zone()));
      Schedules.problems(schedule).forEach(problem -> console.line("  " + problem));
    }
    if (!schedules.isEmpty()) {
      console.line(
          "%s declared and not applied by this command. Apply: pergola schedule apply --from-jar=%s"
              .formatted(counted(schedules.size(), "schedule"), file));
    }
  }

  private static String counted(int number, String what) {
    return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static Object json(JarPipelines.Found one, StoredDeployment now, boolean fresh) {
    Map<String, Object> all = new LinkedHashMap<>(DeploymentsCommand.json(now));
    all.put("new", fresh);
    one.graph().ifPresent(graph -> all.put("nodes", nodes(graph)));
    all.put("missing", one.missing());
    return all;
  }

  private static Object json(Schedule schedule) {
    return Json.object(
        "id", schedule.id(),
        "pipeline", ScheduleWords.pipelineName(schedule.pipeline()),
        "definition", schedule.pipeline(),
        "when", schedule.timing().when(),
        "zone", schedule.timing().zone(),
        "problems", Schedules.problems(schedule));
  }

  private static List<String> nodes(PipelineGraph graph) {
    return graph.nodes().stream().map(PipelineGraph.Node::id).toList();
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

  private static String description(JarPipelines.Found one, List<Schedule> schedules) {
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
                  "nodes", one.graph().map(DeployCommand::nodes),
                  "schedules",
                      schedules.stream()
                          .filter(schedule -> schedule.pipeline().equals(one.definition()))
                          .map(Schedule::id)
                          .toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not plain values", e);
    }
  }
}
