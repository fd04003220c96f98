package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.Marks;
import io.pergola.run.Aliases;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names artifacts. */
@Command(
    name = "alias",
    description = "Name artifacts: production, champion. Names are moved, not copied.",
    footer = {
      "",
      "pergola alias set production 42     point it there, wherever it pointed",
      "pergola alias move production 42    only if it points somewhere (or at --from)",
      "pergola alias remove production --pipeline=taxi",
      "pergola alias list [NAME]           with a name: all that it pointed at"
    })
final class AliasCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "list",
      description = "set, move, remove or list. Default: list")
  Action action = Action.LIST;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The alias.")
  @Nullable String name;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "ARTIFACT",
      description = "Where it shall point: an id, directory or URI.")
  @Nullable String artifact;

  @Option(
      names = "--from",
      paramLabel = "ARTIFACT",
      description = "Move it only if it points there now.")
  @Nullable String from;

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      description = "Whose alias. Default: that of ARTIFACT, or of the only alias of this name")
  @Nullable String pipeline;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  enum Action {
    SET,
    MOVE,
    REMOVE,
    LIST;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  AliasCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      switch (action) {
        case SET -> set(workspace);
        case MOVE -> move(workspace);
        case REMOVE -> remove(workspace);
        case LIST -> list(workspace);
      }
    }
    return ExitCode.OK.code();
  }

  private void set(Workspace workspace) {
    ArtifactRecord target = target(workspace);
    Optional<Marks.Alias> before = Aliases.in(workspace).point(target, name(), user());
    said(target, before.map(Marks.Alias::artifactId));
  }

  private void move(Workspace workspace) {
    ArtifactRecord target = target(workspace);
    Finder finder = new Finder(workspace.history());
    ArtifactRecord start =
        from != null
            ? finder.artifact(Optional.of(from))
            : workspace
                .store()
                .marks()
                .alias(target.pipeline(), name())
                .flatMap(alias -> workspace.history().artifact(alias.artifactId()))
                .orElseThrow(
                    () ->
                        new UsageException(
                            "Cannot move alias '%s' of %s: there is none. Set it: pergola alias set %s %d%s"
                                .formatted(
                                    name(), target.pipeline(), name(), target.id(), home.flag())));
    Aliases.in(workspace).move(start, target, name(), user());
    said(target, Optional.of(start.id()));
  }

  private void said(ArtifactRecord target, Optional<Long> before) {
    console.line(
        "%s of %s points at %s %d%s"
            .formatted(
                name(),
                target.pipeline(),
                target.type(),
                target.id(),
                before
                    .filter(id -> id != target.id())
                    .map(", before at %d"::formatted)
                    .orElse("")));
  }

  private void remove(Workspace workspace) {
    Marks.Alias alias = only(workspace);
    workspace.store().marks().removeAlias(alias.pipeline(), alias.name(), user());
    console.line(
        "%s of %s is removed; it pointed at %d"
            .formatted(alias.name(), alias.pipeline(), alias.artifactId()));
  }

  private void list(Workspace workspace) {
    List<Marks.Alias> aliases =
        name == null
            ? workspace.store().marks().aliases().stream()
                .filter(alias -> pipeline == null || alias.pipeline().equals(pipeline))
                .toList()
            : workspace.store().marks().aliasHistory(pipelineOf(workspace), name);
    if (json) {
      Json.print(console, aliases.stream().map(AliasCommand::json).toList());
      return;
    }
    if (aliases.isEmpty()) {
      console.line("No aliases. Set one: pergola alias set production ARTIFACT" + home.flag());
      return;
    }
    Table table = new Table("ALIAS", "PIPELINE", ">ARTIFACT", "SINCE", "UNTIL", "BY");
    for (Marks.Alias alias : aliases) {
      table.add(
          alias.name(),
          alias.pipeline(),
          Long.toString(alias.artifactId()),
          Text.time(alias.since()),
          alias.until().map(Text::time).orElse(""),
          alias.by());
    }
    console.lines(table.lines());
  }

  /** The pipeline that was named, or the only one that has or had an alias of this name. */
  private String pipelineOf(Workspace workspace) {
    return pipeline != null ? pipeline : only(workspace).pipeline();
  }

  private Marks.Alias only(Workspace workspace) {
    List<Marks.Alias> named =
        workspace.store().marks().aliases().stream()
            .filter(alias -> alias.name().equals(name()))
            .filter(alias -> pipeline == null || alias.pipeline().equals(pipeline))
            .toList();
    if (named.size() != 1) {
      throw new UsageException(
          named.isEmpty()
              ? "Unknown alias: '%s'. List them: pergola alias list%s"
                  .formatted(name(), home.flag())
              : "Ambiguous alias: '%s' is one of %s. Name the --pipeline."
                  .formatted(
                      name(),
                      String.join(", ", named.stream().map(Marks.Alias::pipeline).toList())));
    }
    return named.get(0);
  }

  private String name() {
    if (name == null) {
      throw new UsageException(
          "Cannot %s an alias: NAME is missing. See: pergola alias --help".formatted(action));
    }
    return name;
  }

  private ArtifactRecord target(Workspace workspace) {
    if (artifact == null) {
      throw new UsageException(
          "Cannot %s alias '%s': ARTIFACT is missing. See: pergola alias --help"
              .formatted(action, name()));
    }
    return new Finder(workspace.history()).artifact(Optional.of(artifact));
  }

  /** Who is at the keyboard, for the record. */
  static String user() {
    return System.getProperty("user.name", "unknown");
  }

  static Object json(Marks.Alias alias) {
    return Json.object(
        "name", alias.name(),
        "pipeline", alias.pipeline(),
        "artifact", alias.artifactId(),
        "since", alias.since().toString(),
        "until", alias.until().map(Instant::toString),
        "by", alias.by());
  }
}
