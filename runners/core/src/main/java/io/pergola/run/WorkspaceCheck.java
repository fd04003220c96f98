package io.pergola.run;

import io.pergola.run.internal.ArtifactFolder;
import io.pergola.run.internal.DiskTrouble;
import io.pergola.run.internal.FolderInspection;
import io.pergola.run.internal.RunInspection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what crashes, full disks and people leave in a workspace, and can mend it. Mending
 * never destroys what is on record: folders that the record does not know are moved aside.
 */
public final class WorkspaceCheck {
  private final Workspace workspace;

  private WorkspaceCheck(Workspace workspace) {
    this.workspace = workspace;
  }

  /** How closely artifacts are looked at. */
  public enum Depth {
    /** Names and sizes of all files, and the content of what is small or was touched. */
    QUICK,
    /** All content of all artifacts. */
    ALL_CONTENT
  }

  /** What a finding is about. */
  public enum Kind {
    /** An artifact on record whose folder is missing. */
    LOST_ARTIFACT,
    /** An artifact on record whose files are not what was published. */
    BROKEN_ARTIFACT,
    /** A folder of an artifact that is not on record. */
    ORPHAN,
    /** Files of an attempt or deletion that was cut short. */
    LEFTOVER,
    /** A lease held by a process that is gone. */
    STUCK_LEASE,
    /** A run that is not over and that nobody drives. */
    ABANDONED_RUN
  }

  /**
   * Something wrong.
   *
   * @param subject the artifact's id, the folder, the run
   * @param text one sentence
   * @param remedy what {@link #mend} would do, one sentence
   */
  public record Finding(Kind kind, String subject, String text, String remedy) {}

  /**
   * What was done about a finding.
   *
   * @param mended whether it is mended
   * @param text what was done, or why it could not be
   */
  public record Mended(Finding finding, boolean mended, String text) {}

  /** Checks a workspace. */
  public static WorkspaceCheck of(Workspace workspace) {
    return new WorkspaceCheck(workspace);
  }

  /**
   * Everything that is wrong: artifacts by id, then folders, then runs.
   *
   * @throws IOException if the workspace's folders cannot be read
   */
  public List<Finding> findings(Depth depth) throws IOException {
    try {
      return found(depth);
    } catch (IOException e) {
      throw new IOException(
          "Cannot check workspace %s: %s. Mend that and check again."
              .formatted(
                  workspace.home(), DiskTrouble.line(e, workspace.home()).replaceFirst("\\.$", "")),
          e);
    }
  }

  private List<Finding> found(Depth depth) throws IOException {
    List<Finding> findings = new ArrayList<>();
    ArtifactFolder.Check check =
        depth == Depth.QUICK
            ? ArtifactFolder.Check.BEFORE_REUSE
            : ArtifactFolder.Check.BEFORE_READING;
    findings.addAll(new FolderInspection(workspace).artifacts(check));
    findings.addAll(new FolderInspection(workspace).folders());
    findings.addAll(new RunInspection(workspace.store()).findings());
    return findings;
  }

  /** Mends what was found, one after the other; what cannot be mended does not stop the rest. */
  public List<Mended> mend(List<Finding> findings) {
    List<Mended> mended = new ArrayList<>();
    for (Finding finding : findings) {
      try {
        String done =
            switch (finding.kind()) {
              case LOST_ARTIFACT, BROKEN_ARTIFACT ->
                  new FolderInspection(workspace).disown(finding);
              case ORPHAN, LEFTOVER -> new FolderInspection(workspace).clear(finding);
              case STUCK_LEASE, ABANDONED_RUN -> new RunInspection(workspace.store()).end(finding);
            };
        mended.add(new Mended(finding, true, done));
      } catch (IOException | RuntimeException e) {
        mended.add(new Mended(finding, false, DiskTrouble.line(e, workspace.home())));
      }
    }
    return mended;
  }
}
