package io.pergola.cli;

import io.pergola.metadata.MetadataStore;
import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes how one schedule or backfill stands, and says whether it stood so already. */
@Command
final class ChangeCommand implements Callable<Integer> {
  private final Console console;
  private final Change change;
  private final String done;
  private final String already;

  @Parameters(index = "0", paramLabel = "ID", description = "Its id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** What is done to the one of this id. */
  interface Change {
    /**
     * Changes it.
     *
     * @return whether it stood otherwise before
     * @throws UsageException if there is none of this id
     */
    boolean of(MetadataStore store, String id);
  }

  private ChangeCommand(Console console, Change change, String done, String already) {
    this.console = console;
    this.change = change;
    this.done = done;
    this.already = already;
  }

  /**
   * A command.
   *
   * @param description for help texts
   * @param done what is said if it was changed; {@code %s} is the id
   * @param already what is said if it was not; {@code %s} is the id
   */
  static CommandLine of(
      Console console, String description, Change change, String done, String already) {
    CommandLine command = new CommandLine(new ChangeCommand(console, change, done, already));
    command.getCommandSpec().usageMessage().description(description);
    return command;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      boolean changed = change.of(workspace.store(), id);
      ScheduleWords.done(console, json, id, changed, String.format(changed ? done : already, id));
    }
    return ExitCode.OK.code();
  }
}
