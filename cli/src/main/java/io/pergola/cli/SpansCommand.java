package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.run.LateData;
import io.pergola.run.PipelineRunner;
import io.pergola.run.Workspace;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Shows data that comes in spans, and what was made without the newest of it. */
@Command(
    name = "spans",
    customSynopsis = "pergola spans PIPELINE [--param=value ...] [OPTIONS]",
    description = "List the spans of data there are, and mark what late data made stale.",
    footer = {"", "Takes the same run parameters as 'pergola run'."})
final class SpansCommand implements Callable<Integer> {
  private final Console console;

  @Mixin PipelineChoice choice = new PipelineChoice();

  @Unmatched List<String> parameters = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many of the newest spans of each node. Default: 20")
  int limit = 20;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  SpansCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Origin origin = choice.origin(parameters);
    try (Workspace workspace = home.open()) {
      BuiltPipeline pipeline = PipelineLoader.build(origin, workspace.home());
      Map<String, List<FoundSpan>> found = found(pipeline);
      List<LateData> late = PipelineRunner.in(workspace).markLateData(pipeline);
      if (json) {
        Json.print(console, json(found, late));
      } else {
        print(found, late);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the spans of %s: %s. Check the files."
              .formatted(origin.pipeline(), e.getMessage()),
          e);
    }
    return ExitCode.OK.code();
  }

  private Map<String, List<FoundSpan>> found(BuiltPipeline pipeline) {
    Map<String, List<FoundSpan>> found = new TreeMap<>();
    pipeline
        .nodes()
        .forEach(
            (id, node) -> {
              if (node.component() instanceof SpanSource source && source.wanted().isPresent()) {
                List<FoundSpan> all = source.found();
                found.put(id, all.subList(Math.max(0, all.size() - limit), all.size()));
              }
            });
    return found;
  }

  private void print(Map<String, List<FoundSpan>> found, List<LateData> late) {
    if (found.isEmpty()) {
      console.line("No node of this pipeline reads data that comes in spans.");
      return;
    }
    Table table = new Table("NODE", ">SPAN", "DAY", ">VERSION", ">FILES");
    found.forEach(
        (node, spans) ->
            spans.forEach(
                span ->
                    table.add(
                        node,
                        Long.toString(span.span()),
                        LocalDate.ofEpochDay(span.span()).toString(),
                        Long.toString(span.version()),
                        Integer.toString(span.files().size()))));
    console.lines(table.lines());
    for (LateData data : late) {
      console.line("");
      console.line(
          "stale: %d artifacts of run %s, because %s"
              .formatted(
                  data.artifacts().size(),
                  data.runId(),
                  Text.plain(String.join("; ", data.reasons()))));
    }
  }

  private static Object json(Map<String, List<FoundSpan>> found, List<LateData> late) {
    List<Object> spans = new ArrayList<>();
    found.forEach(
        (node, all) ->
            all.forEach(
                span ->
                    spans.add(
                        Json.object(
                            "node", node,
                            "span", span.span(),
                            "day", LocalDate.ofEpochDay(span.span()).toString(),
                            "version", span.version(),
                            "files", span.files().stream().map(Object::toString).toList()))));
    return Json.object(
        "spans",
        spans,
        "late",
        late.stream()
            .map(
                data ->
                    Json.object(
                        "node", data.node(),
                        "run", data.runId(),
                        "reasons", data.reasons(),
                        "artifacts", data.artifacts()))
            .toList());
  }
}
