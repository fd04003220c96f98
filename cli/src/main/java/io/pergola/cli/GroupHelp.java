package io.pergola.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What a command shows that only holds others. */
final class GroupHelp {
  private GroupHelp() {}

  static int print(Console console, @Nullable CommandSpec spec) {
    if (spec != null) {
      console.out().print(spec.commandLine().getUsageMessage());
      console.out().flush();
    }
    return ExitCode.OK.code();
  }
}
