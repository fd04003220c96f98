package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import io.pergola.run.WorkspaceCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks that everything that runs need is there. */
@Command(
    name = "doctor",
    description = "Check Java, memory, disk, the workspace and what is on record in it.",
    footer = {"", "The exit code is 4 if something is wrong."})
final class DoctorCommand implements Callable<Integer> {
  private static final int JAVA = 17;
  private static final long MEMORY = 1_000_000_000L;
  private static final long DISK = 1_000_000_000L;
  private static final int RECENT = 10_000;

  private final Console console;
  private final List<Finding> findings = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--mend", description = "Mend what can be mended, and say what was done.")
  boolean mend;

  @Option(
      names = "--all-content",
      description = "Read every artifact in full, not only small and touched ones.")
  boolean allContent;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  private enum Grade {
    OK,
    MENDED,
    NOTE,
    WRONG
  }

  private record Finding(Grade grade, String what, String text) {}

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    java();
    disk();
    workspace();
    List<String> bundled = PipelineLoader.bundledNames();
    add(bundled.isEmpty() ? Grade.NOTE : Grade.OK, "examples", String.join(", ", bundled));
    boolean wrong = findings.stream().anyMatch(finding -> finding.grade() == Grade.WRONG);
    if (json) {
      Json.print(
          console,
          findings.stream()
              .map(
                  finding ->
                      Json.object(
                          "check", finding.what(),
                          "grade", finding.grade().name(),
                          "text", finding.text()))
              .toList());
    } else {
      for (Finding finding : findings) {
        console.line(
            "%-6s %-10s %s".formatted(finding.grade(), finding.what(), Text.plain(finding.text())));
      }
    }
    return (wrong ? ExitCode.INFRASTRUCTURE : ExitCode.OK).code();
  }

  private void add(Grade grade, String what, String text) {
    findings.add(new Finding(grade, what, text));
  }

  private void java() {
    int version = Runtime.version().feature();
    add(
        version >= JAVA ? Grade.OK : Grade.WRONG,
        "java",
        "%s, %s %s"
            .formatted(
                Runtime.version(), System.getProperty("os.name"), System.getProperty("os.arch")));
    Runtime runtime = Runtime.getRuntime();
    add(
        runtime.maxMemory() >= MEMORY ? Grade.OK : Grade.NOTE,
        "memory",
        "%s heap at most, %d cores%s"
            .formatted(
                Text.size(runtime.maxMemory()),
                runtime.availableProcessors(),
                runtime.maxMemory() >= MEMORY ? "" : "; training may need 1 GB: java -Xmx"));
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    add(
        Files.isWritable(temporary) ? Grade.OK : Grade.WRONG,
        "temporary",
        "%s%s"
            .formatted(
                temporary,
                Files.isWritable(temporary)
                    ? ""
                    : " cannot be written; name another with -Djava.io.tmpdir"));
  }

  private void disk() {
    Path folder = home.home.toAbsolutePath().normalize();
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    // Not FileStore, which needs to find the mount point: a container may hide it.
    long free = folder.toFile().getUsableSpace();
    boolean writable = Files.isWritable(folder);
    add(
        writable ? free >= DISK ? Grade.OK : Grade.NOTE : Grade.WRONG,
        "disk",
        "%s free in %s%s"
            .formatted(
                Text.size(free),
                folder,
                writable ? "" : ", which cannot be written; choose another --home"));
  }

  private void workspace() {
    if (!home.exists()) {
      add(Grade.NOTE, "workspace", "none in %s yet; runs make it".formatted(home.home));
      return;
    }
    try (Workspace workspace = home.existing()) {
      List<RunRecord> runs = workspace.history().runs(RECENT);
      List<ArtifactRecord> artifacts = workspace.history().artifacts(RECENT);
      add(
          Grade.OK,
          "workspace",
          "%s: %s runs, %s artifacts"
              .formatted(workspace.home(), Text.count(runs.size()), Text.count(artifacts.size())));
      check(workspace);
    } catch (IOException | RuntimeException e) {
      add(Grade.WRONG, "workspace", Causes.line(e));
    }
  }

  private void check(Workspace workspace) throws IOException {
    WorkspaceCheck check = WorkspaceCheck.of(workspace);
    List<WorkspaceCheck.Finding> found =
        check.findings(allContent ? WorkspaceCheck.Depth.ALL_CONTENT : WorkspaceCheck.Depth.QUICK);
    if (mend) {
      for (WorkspaceCheck.Mended mended : check.mend(found)) {
        WorkspaceCheck.Finding finding = mended.finding();
        add(
            mended.mended() ? Grade.MENDED : Grade.WRONG,
            what(finding),
            mended.mended() ? mended.text() : finding.text() + "; " + mended.text());
      }
      return;
    }
    for (WorkspaceCheck.Finding finding : found) {
      add(
          isNote(finding) ? Grade.NOTE : Grade.WRONG,
          what(finding),
          finding.text()
              + (isNote(finding) && isRun(finding)
                  ? "; go on: pergola resume " + finding.subject() + home.flag()
                  : ""));
    }
    if (!found.isEmpty()) {
      add(
          Grade.NOTE,
          "mend",
          "%d of these can be mended: pergola doctor --mend%s"
              .formatted(found.size(), home.flag()));
    }
  }

  /** What costs space or time, but loses nothing. */
  private static boolean isNote(WorkspaceCheck.Finding finding) {
    return isRun(finding)
        || finding.kind() == WorkspaceCheck.Kind.LEFTOVER
        || finding.kind() == WorkspaceCheck.Kind.ORPHAN;
  }

  private static boolean isRun(WorkspaceCheck.Finding finding) {
    return finding.kind() == WorkspaceCheck.Kind.ABANDONED_RUN
        || finding.kind() == WorkspaceCheck.Kind.STUCK_LEASE;
  }

  private static String what(WorkspaceCheck.Finding finding) {
    return switch (finding.kind()) {
      case LOST_ARTIFACT, BROKEN_ARTIFACT -> "artifact";
      case ORPHAN, LEFTOVER -> "folder";
      case STUCK_LEASE -> "lease";
      case ABANDONED_RUN -> "run";
    };
  }
}
