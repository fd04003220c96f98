package io.pergola.cli;

import io.pergola.validation.CuratedSchema;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaDifference;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.SchemaVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a schema to an editor and back. */
@Command(
    name = "edit",
    description = "Edit a schema: print it, check it when it comes back, and keep it as a version.",
    footer = {
      "",
      "  pergola schema edit > new.json               print the newest schema, to be edited",
      "  pergola schema edit --from=new.json          check it, and write schema.json",
      "  pergola schema edit schema.json --editor     all at once, in $VISUAL or $EDITOR"
    })
final class SchemaEditCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "SCHEMA",
      description =
          "A schema file, or an artifact's id or directory. Default: the file of --output if it is"
              + " there, else the newest artifact")
  @Nullable String schema;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "The edited schema; - for the standard input.")
  @Nullable String from;

  @Option(
      names = "--editor",
      paramLabel = "COMMAND",
      arity = "0..1",
      fallbackValue = "",
      description = "Open it in this editor. Without COMMAND: $VISUAL, else $EDITOR")
  @Nullable String editor;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "schema.json",
      description = "Where to write. Default: schema.json")
  Path output = Path.of("schema.json");

  SchemaEditCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (from == null && editor == null) {
      Path file = base();
      console.line(SchemaFile.print(SchemaSource.read(file), SchemaFile.history(file)));
      return ExitCode.OK.code();
    }
    Path edited = from != null ? brought(from) : edited(editor == null ? "" : editor);
    DataSchema after = SchemaSource.read(edited);
    CuratedSchema curated = new CuratedSchema(output);
    SchemaDiffCommand.print(
        console, SchemaDifference.between(SchemaSource.read(base()), after), false);
    Optional<SchemaVersion> version =
        curated.write(after, "edited", Instant.now().truncatedTo(ChronoUnit.SECONDS));
    if (edited.equals(draft())) {
      Files.deleteIfExists(edited);
    }
    SchemaSource.written(console, curated, version);
    return ExitCode.OK.code();
  }

  private Path base() {
    if (schema == null && Files.exists(output)) {
      return output;
    }
    return SchemaSource.file(home, Optional.ofNullable(schema));
  }

  /** Where a schema is while it is edited; it stays there if it has a mistake. */
  private Path draft() {
    return output.resolveSibling(output.getFileName() + ".edit");
  }

  private Path brought(String word) throws IOException {
    if (!word.equals("-")) {
      return Path.of(word);
    }
    Files.write(draft(), System.in.readAllBytes());
    return draft();
  }

  private Path edited(String command) throws IOException, InterruptedException {
    String chosen =
        Stream.of(command, env("VISUAL"), env("EDITOR"))
            .filter(each -> !each.isBlank())
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot open an editor: neither $VISUAL nor $EDITOR is set. Name one:"
                            + " --editor=COMMAND."));
    if (!Files.exists(draft())) {
      Path file = base();
      String text = SchemaFile.print(SchemaSource.read(file), SchemaFile.history(file));
      Files.writeString(draft(), text + "\n", StandardCharsets.UTF_8);
    }
    int code =
        new ProcessBuilder(
                List.of("sh", "-c", chosen + " \"$1\"", "sh", draft().toAbsolutePath().toString()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new UsageException(
          "Cannot take over the edited schema: '%s' ended with code %d. What it left is in %s."
              .formatted(chosen, code, draft()));
    }
    return draft();
  }

  private static String env(String name) {
    return System.getenv().getOrDefault(name, "");
  }
}
