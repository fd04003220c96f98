package io.pergola.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand: shows help. */
@Command(
    name = "pergola",
    description = "Machine-learning pipelines: from data to a served model.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Begin with:        pergola quickstart",
      "Help on a command: pergola help run",
      "",
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 not blessed, 4 infrastructure, 130 cancelled."
    })
final class PergolaCommand implements Callable<Integer> {
  private final Console console;

  @Spec @Nullable CommandSpec spec;

  PergolaCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandSpec own = spec;
    if (own != null) {
      console.out().print(own.commandLine().getUsageMessage());
      console.out().flush();
    }
    return ExitCode.OK.code();
  }
}
