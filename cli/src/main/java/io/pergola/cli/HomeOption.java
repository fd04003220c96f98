package io.pergola.cli;

import io.pergola.run.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The workspace that a command works in. */
final class HomeOption {
  private static final String VARIABLE = "PERGOLA_METADATA";

  @Option(
      names = "--home",
      paramLabel = "DIR",
      defaultValue = "pergola-home",
      description = "The workspace: database, artifacts and logs. Default: ./pergola-home")
  Path home = Path.of("pergola-home");

  @Option(
      names = "--metadata",
      paramLabel = "LOCATION",
      defaultValue = "${env:" + VARIABLE + "}",
      description =
          "The metadata store: a path, or jdbc:postgresql://HOST/DATABASE?user=NAME. Default:"
              + " $"
              + VARIABLE
              + ", or metadata.db in the workspace")
  @Nullable String metadata;

  /** Opens the workspace, and makes it if it is not there. */
  Workspace open() {
    return elsewhere().map(at -> Workspace.open(home, at)).orElseGet(() -> Workspace.open(home));
  }

  /** Opens a workspace to look at. */
  Workspace existing() {
    if (!exists()) {
      throw new UsageException(
          ("Cannot read %s: there is no workspace. Run 'pergola quickstart' first, or name another"
                  + " with --home.")
              .formatted(home));
    }
    return open();
  }

  /** Refuses the path of a metadata store that is not there, which would be made. */
  static void requireStore(String location) {
    if (!location.startsWith("jdbc:") && !Files.isRegularFile(Path.of(location))) {
      throw new UsageException(
          "Cannot read %s: there is no such file. Name the metadata.db of a workspace."
              .formatted(location));
    }
  }

  /** Whether there is a workspace already; that of a database on a server is taken to be there. */
  boolean exists() {
    String at = location();
    return at.startsWith("jdbc:") || Files.isRegularFile(Path.of(at));
  }

  /** The metadata store of the workspace. */
  String location() {
    return elsewhere().orElseGet(() -> home.resolve("metadata.db").toString());
  }

  private Optional<String> elsewhere() {
    return Optional.ofNullable(metadata).filter(at -> !at.isBlank());
  }

  /** What to add to a command line that is suggested, so that it works in the same workspace. */
  String flag() {
    String ofHome = home.equals(Path.of("pergola-home")) ? "" : " --home=" + home;
    Optional<String> named = elsewhere().filter(at -> !at.equals(System.getenv(VARIABLE)));
    return ofHome + named.map(at -> " --metadata='" + withoutPassword(at) + "'").orElse("");
  }

  static String withoutPassword(String location) {
    return location
        .replaceAll("([?&])(?:password|sslpassword)=[^&]*&?", "$1")
        .replaceFirst("[?&]$", "");
  }
}
