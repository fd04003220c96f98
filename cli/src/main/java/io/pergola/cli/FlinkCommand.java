package io.pergola.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts, shows and stops a Flink cluster on this machine. */
@Command(
    name = "flink",
    description = "Start, show or stop a Flink cluster on this machine, for development.",
    footer = {
      "",
      "  pergola flink start --task-managers=2 --slots=2",
      "  pergola run taxi --data=trips --flink-master=localhost:8081",
      "  pergola flink stop"
    })
final class FlinkCommand implements Callable<Integer> {
  /** What to do. */
  enum Action {
    start,
    status,
    stop
  }

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "start|status|stop",
      description = {
        "start: start it, and wait until it can take jobs; it goes on when this command ends.",
        "status: say what runs. The exit code is 4 if it is not all there.",
        "stop: end it, and wait until its processes are gone."
      })
  Action action = Action.status;

  @Option(
      names = "--task-managers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Processes that do the work. Default: 2")
  int taskManagers = 2;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "2",
      description = "Parallel tasks of each of them. Default: 2")
  int slots = 2;

  @Option(
      names = "--heap",
      paramLabel = "MB",
      defaultValue = "1024",
      description = "Java heap of each of them in MB, from 256. Default: 1024")
  int heap = 1024;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8081",
      description = "Where jobs are sent to; 0 for any free port. Default: 8081")
  int port = 8081;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where it keeps logs, configuration and process ids. Default: flink in --home")
  @Nullable Path directory;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  FlinkCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Path folder = directory == null ? home.home.resolve("flink") : directory;
    return FlinkProcesses.carryOut(this, console, folder).code();
  }
}
