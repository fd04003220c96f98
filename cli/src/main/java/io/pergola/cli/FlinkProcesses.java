package io.pergola.cli;

import io.pergola.run.flink.FlinkCluster;
import io.pergola.run.flink.FlinkClusterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out {@code pergola flink}; in a class of its own, so that Flink is loaded only with it.
 */
final class FlinkProcesses {
  private FlinkProcesses() {}

  static ExitCode carryOut(FlinkCommand command, Console console, Path folder)
      throws IOException, InterruptedException {
    return switch (command.action) {
      case start -> start(command, console, folder);
      case status -> status(console, folder, command.json);
      case stop -> stop(console, folder);
    };
  }

  private static ExitCode start(FlinkCommand command, Console console, Path folder)
      throws IOException, InterruptedException {
    Optional<FlinkCluster> there = FlinkCluster.find(folder);
    if (there.isPresent()) {
      console.line("Flink runs already.");
      return print(console, there.get(), command.json);
    }
    FlinkClusterSettings settings;
    try {
      settings =
          FlinkClusterSettings.in(folder)
              .port(command.port)
              .taskManagers(command.taskManagers)
              .slots(command.slots)
              .heapMegabytes(command.heap);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    FlinkCluster cluster = FlinkCluster.start(settings);
    ExitCode code = print(console, cluster, command.json);
    if (!command.json) {
      console.line("Use it:  pergola run PIPELINE --flink-master=" + cluster.master());
      console.line("Stop it: pergola flink stop" + command.home.flag());
    }
    return code;
  }

  private static ExitCode status(Console console, Path folder, boolean json) throws IOException {
    Optional<FlinkCluster> there = FlinkCluster.find(folder);
    if (there.isPresent()) {
      return print(console, there.get(), json);
    }
    if (json) {
      Json.print(console, Map.of("running", false));
    } else {
      console.line("No Flink runs in %s. Start it: pergola flink start".formatted(folder));
    }
    return ExitCode.INFRASTRUCTURE;
  }

  private static ExitCode stop(Console console, Path folder)
      throws IOException, InterruptedException {
    Optional<FlinkCluster> there = FlinkCluster.find(folder);
    if (there.isEmpty()) {
      console.line("No Flink runs in %s.".formatted(folder));
      return ExitCode.OK;
    }
    there.get().stop();
    console.line("Flink at %s has stopped.".formatted(there.get().master()));
    return ExitCode.OK;
  }

  private static ExitCode print(Console console, FlinkCluster cluster, boolean json) {
    FlinkCluster.Status status = cluster.status();
    int expected = cluster.settings().taskManagers() * cluster.settings().slots();
    int slots = status.flink().map(FlinkCluster.Slots::slots).orElse(0);
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("running", true);
      all.put("master", status.master());
      all.put("folder", status.folder().toString());
      all.put("jobManager", status.jobManager().orElse(null));
      all.put("taskManagers", status.taskManagers());
      all.put("flink", status.flink().orElse(null));
      Json.print(console, all);
    } else {
      List<String> lines = new ArrayList<>();
      lines.add("master        " + status.master());
      lines.add(
          "JobManager    "
              + status.jobManager().map(pid -> "process " + pid).orElse("not running"));
      lines.add(
          "TaskManagers  %d of %d: processes %s"
              .formatted(
                  status.taskManagers().size(),
                  cluster.settings().taskManagers(),
                  status.taskManagers()));
      lines.add(
          status
              .flink()
              .map(
                  flink ->
                      "slots         %d, %d free; %d jobs run; Flink %s"
                          .formatted(
                              flink.slots(), flink.freeSlots(), flink.jobs(), flink.version()))
              .orElse("slots         it does not answer"));
      lines.add("logs          " + status.folder().resolve("logs"));
      console.lines(lines);
    }
    return slots == expected ? ExitCode.OK : ExitCode.INFRASTRUCTURE;
  }
}
