package io.pergola.run.internal;

import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Order;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.StoredArtifact;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunProcess;
import io.pergola.run.Workspace;
import io.pergola.run.WorkspaceCheck.Finding;
import io.pergola.run.WorkspaceCheck.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the folders of a workspace with what is on record. */
public final class FolderInspection {
  private static final Pattern TEMPORARY = Pattern.compile("\\.tmp-(\\d{1,18})-\\d+");
  private static final Pattern PUBLISHED = Pattern.compile("\\d{1,18}");
  private static final int PAGE = 1_000;

  /** Where folders go that are not on record. */
  private static final String ASIDE = "orphans";

  private final Workspace workspace;
  private final MetadataStore store;
  private final Catalog catalog;

  public FolderInspection(Workspace workspace) {
    this.workspace = workspace;
    this.store = workspace.store();
    this.catalog = new Catalog(store, workspace.home());
  }

  /** Live artifacts of this workspace that are not as they were published. */
  public List<Finding> artifacts(ArtifactFolder.Check check) {
    List<Finding> findings = new ArrayList<>();
    ArtifactFilter live = ArtifactFilter.all().state(ArtifactState.LIVE);
    Paging paging = Paging.first(PAGE, Order.ID);
    while (true) {
      Page<StoredArtifact> page = store.artifacts(live, paging);
      for (StoredArtifact artifact : page.items()) {
        if (artifact.property(Catalog.A_HASH).isPresent()) {
          problem(artifact, check).ifPresent(findings::add);
        }
      }
      if (page.next().isEmpty()) {
        return findings;
      }
      paging = paging.after(page.next().get());
    }
  }

  private Optional<Finding> problem(StoredArtifact artifact, ArtifactFolder.Check check) {
    ArtifactRecord record = catalog.record(artifact);
    boolean there = !Files.notExists(record.directory());
    return ArtifactFolder.problem(record.directory(), record.contentHash(), check)
        .map(
            problem ->
                new Finding(
                    there ? Kind.BROKEN_ARTIFACT : Kind.LOST_ARTIFACT,
                    Long.toString(artifact.id()),
                    "artifact %d (%s) of %s: %s"
                        .formatted(artifact.id(), artifact.type(), record.node(), problem),
                    there
                        ? "it becomes ABANDONED, so that nothing reads it; its files stay"
                        : "it becomes DELETED on record; the node runs again when it is needed"));
  }

  /** Takes an artifact that is not what was published out of use. */
  public String disown(Finding finding) {
    StoredArtifact artifact = store.artifact(Long.parseLong(finding.subject())).orElseThrow();
    if (artifact.state() != ArtifactState.LIVE
        || problem(artifact, ArtifactFolder.Check.BEFORE_READING).isEmpty()) {
      return "artifact %d is as it should be by now".formatted(artifact.id());
    }
    ArtifactState state =
        finding.kind() == Kind.LOST_ARTIFACT ? ArtifactState.DELETED : ArtifactState.ABANDONED;
    store.updateArtifact(artifact, artifact.draft().state(state));
    return "artifact %d is %s now".formatted(artifact.id(), state);
  }

  /** Folders that no artifact on record and no running attempt owns. */
  public List<Finding> folders() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Path pipeline : folders(workspace.artifacts())) {
      for (Path node : nodes(pipeline)) {
        for (Path output : folders(node)) {
          for (Path folder : folders(output)) {
            finding(folder).ifPresent(findings::add);
          }
        }
      }
    }
    for (Path scratch : folders(workspace.home().resolve("scratch"))) {
      String run = scratch.getFileName().toString();
      if (!isLive(run)) {
        findings.add(leftover(scratch, "scratch files of run %s, which is over".formatted(run)));
      }
    }
    return findings;
  }

  /** A node's folder; nodes of a group have theirs within the group's. */
  private static List<Path> nodes(Path pipeline) throws IOException {
    List<Path> nodes = new ArrayList<>();
    for (Path folder : folders(pipeline)) {
      boolean isNode = false;
      for (Path child : folders(folder)) {
        for (Path grandchild : folders(child)) {
          isNode |= isVersion(grandchild.getFileName().toString());
        }
      }
      if (isNode) {
        nodes.add(folder);
      } else {
        nodes.addAll(nodes(folder));
      }
    }
    return nodes;
  }

  private static boolean isVersion(String name) {
    return PUBLISHED.matcher(name).matches()
        || TEMPORARY.matcher(name).matches()
        || name.startsWith(ArtifactFolder.DELETED);
  }

  private Optional<Finding> finding(Path folder) {
    String name = folder.getFileName().toString();
    if (name.startsWith(ArtifactFolder.DELETED)) {
      return Optional.of(leftover(folder, "files of a deletion that was cut short"));
    }
    Matcher temporary = TEMPORARY.matcher(name);
    if (temporary.matches()) {
      return isRunning(Long.parseLong(temporary.group(1)))
          ? Optional.empty()
          : Optional.of(leftover(folder, "files of an attempt that nobody goes on with"));
    }
    if (!PUBLISHED.matcher(name).matches()
        || isRunning(Long.parseLong(name))
        || isOnRecord(folder)) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Kind.ORPHAN,
            folder.toString(),
            "folder %s is of no artifact on record".formatted(folder),
            "it moves to %s".formatted(workspace.home().resolve(ASIDE))));
  }

  private static Finding leftover(Path folder, String what) {
    return new Finding(
        Kind.LEFTOVER, folder.toString(), "%s: %s".formatted(folder, what), "it is deleted");
  }

  /** Deletes a leftover, moves an orphan aside; a folder that has come into use stays. */
  public String clear(Finding finding) throws IOException {
    Path folder = workspace.home().resolve(finding.subject());
    if (!folder.startsWith(workspace.home())
        || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return "%s is gone already".formatted(folder);
    }
    if (finding.kind() == Kind.LEFTOVER) {
      ArtifactFolder.delete(folder);
      return "%s is deleted".formatted(folder);
    }
    if (finding(folder).isEmpty()) {
      return "%s is on record by now".formatted(folder);
    }
    Path aside = workspace.home().resolve(ASIDE);
    Path target = aside.resolve(workspace.artifacts().relativize(folder));
    for (int i = 1; Files.exists(target); i++) {
      target = target.resolveSibling(folder.getFileName() + "." + i);
    }
    Files.createDirectories(Optional.ofNullable(target.getParent()).orElse(aside));
    Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    return "%s moved to %s".formatted(folder, target);
  }

  private boolean isOnRecord(Path folder) {
    String uri = workspace.home().relativize(folder).toString().replace('\\', '/');
    return store
        .artifacts(ArtifactFilter.all().uri(uri), Paging.first(1, Order.ID))
        .first()
        .filter(artifact -> artifact.state() != ArtifactState.DELETED || isBeingDeleted(artifact))
        .isPresent();
  }

  /** The next collection takes these. */
  private boolean isBeingDeleted(StoredArtifact artifact) {
    return store.marks().deletedWithFiles().stream()
        .anyMatch(deletion -> deletion.artifactId() == artifact.id());
  }

  /** Whether an execution belongs to a run that somebody drives. */
  private boolean isRunning(long execution) {
    return store
        .execution(execution)
        .flatMap(found -> found.property(Catalog.RUN_ID))
        .map(PropertyValue::text)
        .filter(this::isLive)
        .isPresent();
  }

  private boolean isLive(String run) {
    Optional<Lease> lease = store.leases().current(Lease.ofRun(run));
    return lease.isPresent()
        && lease.get().expires().isAfter(Instant.now())
        && !RunProcess.parse(lease.get().holder()).map(RunProcess::isDead).orElse(false);
  }

  private static List<Path> folders(Path parent) throws IOException {
    List<Path> folders = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
        for (Path each : all) {
          if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
            folders.add(each);
          }
        }
      }
      folders.sort(null);
    }
    return folders;
  }
}
