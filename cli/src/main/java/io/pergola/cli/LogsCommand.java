package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.run.NodeRecord;
import io.pergola.run.RunRecord;
import io.pergola.run.RunningNode;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what a run, or one attempt of a node, has logged. */
@Command(
    name = "logs",
    description = "Print the log of a run, or of one attempt of one of its nodes.")
final class LogsCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 200;

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN",
      description = "Its id, or the beginning of it. Default: the newest")
  @Nullable String run;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NODE",
      description = "Only what this node logged. Default: the whole run")
  @Nullable String node;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      description = "Of this attempt of the node. Default: the last one")
  @Nullable Integer attempt;

  @Option(names = "--follow", description = "Go on until the run has ended.")
  boolean follow;

  @Mixin HomeOption home = new HomeOption();

  LogsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Workspace workspace = home.existing()) {
      RunRecord record = new Finder(workspace.history()).run(Optional.ofNullable(run));
      Path log = node == null ? ofRun(record) : ofNode(workspace, record, node);
      long read = 0;
      while (true) {
        boolean live =
            follow
                && workspace
                    .history()
                    .run(record.id())
                    .filter(now -> now.state() == RunRecord.State.RUNNING)
                    .isPresent();
        read = print(log, read);
        if (!live) {
          break;
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
    return ExitCode.OK.code();
  }

  private static Path ofRun(RunRecord record) {
    String log = record.attributes().get(Origin.LOG);
    if (log == null) {
      throw new UsageException(
          "Run %s has no log of its own: it was not started by this command. Name a node."
              .formatted(record.id()));
    }
    return Path.of(log);
  }

  private Path ofNode(Workspace workspace, RunRecord record, String name) {
    NodeRecord found =
        workspace.history().nodes(record.id()).stream()
            .filter(any -> any.node().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "Unknown node: '%s' of run %s. List them: pergola show %s."
                            .formatted(name, record.id(), record.id())));
    int number = attempt == null ? found.attempts() : attempt;
    if (number < 1 || number > found.attempts()) {
      throw new UsageException(
          found.attempts() == 0
              ? "Node '%s' has logged nothing in run %s: it is %s there."
                  .formatted(name, record.id(), found.state())
              : "Invalid attempt: %d of node '%s' (from 1 to %d)"
                  .formatted(number, name, found.attempts()));
    }
    return workspace.home().resolve(RunningNode.log(record.id(), name, number));
  }

  /** Prints what came since; returns how far it got. */
  private long print(Path log, long from) throws IOException {
    if (!Files.isRegularFile(log)) {
      if (follow) {
        return from;
      }
      throw new UsageException(
          "Cannot read %s: there is no such log. Logs that were deleted do not come back."
              .formatted(log));
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      byte[] bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 8, file.length() - from)];
      file.readFully(bytes);
      int end = bytes.length;
      while (follow && end > 0 && bytes[end - 1] != '\n') {
        end--; // a line that is being written
      }
      new String(bytes, 0, end, StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> console.line(Text.plain(line.replace("\t", "    "))));
      console.out().flush();
      return from + end;
    }
  }
}
