package io.pergola.schedule.daemon;

import io.pergola.metadata.Claimed;
import io.pergola.schedule.ChildSettings;
import io.pergola.schedule.StartValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a JVM for each run. It is no part of the daemon's terminal: Ctrl-C and hanging up do not
 * reach it, and it goes on when the daemon dies.
 */
public final class ChildJvmLauncher implements RunLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(ChildJvmLauncher.class);

  /** What a child may know of the daemon's environment. */
  private static final Pattern HANDED_ON =
      Pattern.compile(
          "PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME|HADOOP_CONF_DIR"
              + "|OMP_NUM_THREADS|SSL_CERT_.*|PERGOLA_.*");

  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private final Command command;
  private final Map<String, String> environment;
  private final Map<String, String> handedOn = new TreeMap<>();
  private final Path arguments;
  private final Path logs;

  /**
   * How a child is started.
   *
   * @param java the java binary
   * @param jvm options before the class path, such as {@code -Dfile.encoding=UTF-8}
   * @param classPath of the product; the run's jar is loaded on top of it
   * @param program the main class and what comes before the run's id
   * @param rest what comes after: where the workspace is
   * @param heap the largest heap of a run that says nothing else
   */
  public record Command(
      Path java,
      List<String> jvm,
      String classPath,
      List<String> program,
      List<String> rest,
      String heap) {
    public Command {
      jvm = List.copyOf(jvm);
      program = List.copyOf(program);
      rest = List.copyOf(rest);
      ChildSettings.checkHeap(heap);
    }
  }

  /**
   * A launcher.
   *
   * @param environment the daemon's own; children get what they may know of it, and what their
   *     schedule refers to
   * @param alsoHandedOn names of variables that children get as well
   * @param home the workspace's folder
   */
  public ChildJvmLauncher(
      Command command, Map<String, String> environment, List<String> alsoHandedOn, Path home) {
    this.command = command;
    this.environment = Map.copyOf(environment);
    environment.forEach(
        (name, value) -> {
          if (HANDED_ON.matcher(name).matches() || alsoHandedOn.contains(name)) {
            handedOn.put(name, value);
          }
        });
    this.arguments = home.resolve("scratch").resolve("children");
    this.logs = home.resolve("logs");
  }

  @Override
  public LiveRun launch(Claimed claimed) throws IOException {
    ChildSettings settings = ChildSettings.of(claimed.run());
    Map<String, String> variables = StartValues.of(claimed.run(), environment).variables();
    String name = claimed.run().id() + "-" + claimed.lease().epoch();
    Files.createDirectories(arguments);
    Files.createDirectories(logs);
    Path file = arguments.resolve(name + ".args");
    writePrivately(file, text(words(claimed, settings)));
    ProcessBuilder builder = new ProcessBuilder(command(file));
    builder.environment().clear();
    builder.environment().putAll(handedOn);
    builder.environment().putAll(variables);
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(nothing()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logs.resolve(name + ".out").toFile()));
    Process process = builder.start();
    LOG.info("Run {} starts in process {}", claimed.run().id(), process.pid());
    return new Child(
        claimed.run().id(),
        "process " + process.pid(),
        process
            .onExit()
            .thenApply(
                over -> {
                  remove(file);
                  return "exit code " + over.exitValue();
                }));
  }

  /** The run's id and everything else that came from the database stand in the file only. */
  private List<String> command(Path file) {
    List<String> words = new ArrayList<>();
    if (!WINDOWS) {
      // A signal that is ignored stays ignored in what the shell becomes.
      words.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "pergola-run"));
    }
    words.add(command.java().toString());
    words.add("@" + file);
    return words;
  }

  private List<String> words(Claimed claimed, ChildSettings settings) {
    List<String> words = new ArrayList<>(command.jvm());
    words.add("-Xmx" + settings.heap().orElse(command.heap()));
    words.add("-cp");
    words.add(command.classPath());
    words.addAll(command.program());
    words.add(claimed.run().id());
    words.add("--holder=" + claimed.lease().holder());
    words.add("--epoch=" + claimed.lease().epoch());
    words.addAll(command.rest());
    return words;
  }

  /** An argument file of the java command: a word a line, quoted. */
  static String text(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      if (word.indexOf('\n') >= 0 || word.indexOf('\r') >= 0 || word.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "Invalid argument of a child process: '%s' (one line)".formatted(word.strip()));
      }
      text.append('"').append(word.replace("\\", "\\\\").replace("\"", "\\\"")).append("\"\n");
    }
    return text.toString();
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    if (WINDOWS) {
      Files.createFile(file);
    } else {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static java.io.File nothing() {
    return new java.io.File(WINDOWS ? "NUL" : "/dev/null");
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("Cannot remove {}", file, e);
    }
  }

  /** Leaves the children alone. */
  @Override
  public void close() {}

  private record Child(String runId, String driver, CompletableFuture<String> ended)
      implements LiveRun {}
}
