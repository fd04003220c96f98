package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.StoredNotification;
import io.pergola.run.Workspace;
import io.pergola.schedule.notification.ConfigurationException;
import io.pergola.schedule.notification.Notice;
import io.pergola.schedule.notification.Notifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what people were told, and tries the configuration out. */
@Command(
    name = "notifications",
    description = "List what was sent, or send a test to every channel of the file.")
final class NotificationsCommand implements Callable<Integer> {
  private static final int SHOWN = 50;

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "test",
      description = "Send a test to every channel now.")
  @Nullable String action;

  @Option(
      names = "--notifications",
      paramLabel = "FILE",
      description = "The file. Default: notifications.yaml in the workspace")
  @Nullable Path file;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin HomeOption home = new HomeOption();

  NotificationsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (Workspace workspace = home.open()) {
      if (action == null) {
        list(workspace);
        return ExitCode.OK.code();
      }
      if (!action.equals("test")) {
        throw new UsageException("Unknown action: '%s' (test)".formatted(action));
      }
      try (Notifier notifier = open(workspace, file)) {
        if (notifier.isSilent()) {
          throw new UsageException(
              "There is nobody to tell: %s has no channels. Add one."
                  .formatted(file(workspace, file)));
        }
        List<String> problems =
            notifier.test(Notice.test("test/" + UUID.randomUUID(), Instant.now()));
        problems.forEach(problem -> console.err().println("error: " + Text.plain(problem)));
        console.line(
            "%d of %d channels told"
                .formatted(
                    notifier.channels().size() - problems.size(), notifier.channels().size()));
        return (problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED).code();
      }
    }
  }

  private void list(Workspace workspace) {
    List<StoredNotification> all = workspace.store().notifications().list(SHOWN);
    if (json) {
      Json.print(
          console,
          all.stream()
              .map(
                  one ->
                      Json.object(
                          "id", one.draft().id(),
                          "channel", one.draft().channel(),
                          "event", one.draft().event(),
                          "state", one.state().name(),
                          "attempts", one.attempts(),
                          "created", one.created().toString(),
                          "problem", one.problem()))
              .toList());
      return;
    }
    Table table = new Table("CREATED", "CHANNEL", "EVENT", "STATE", ">TRIES", "PROBLEM");
    all.forEach(
        one ->
            table.add(
                Text.time(one.created()),
                one.draft().channel(),
                one.draft().event(),
                one.state().name(),
                Integer.toString(one.attempts()),
                one.problem().orElse("")));
    console.lines(table.lines());
  }

  static Path file(Workspace workspace, @Nullable Path named) {
    return named == null ? workspace.home().resolve("notifications.yaml") : named;
  }

  /** The file that was named must be there; the workspace's own need not. */
  static Notifier open(Workspace workspace, @Nullable Path named) {
    Path path = file(workspace, named);
    if (named == null && !Files.exists(path)) {
      return Notifier.none(workspace.store());
    }
    try {
      return Notifier.of(path, workspace.store(), System.getenv());
    } catch (ConfigurationException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UsageException("Cannot read %s: there is no such file.".formatted(path));
    }
  }
}
