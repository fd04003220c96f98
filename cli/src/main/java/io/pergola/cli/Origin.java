package io.pergola.cli;

import io.pergola.metadata.StoredDeployment;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Names;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was typed to start a run: enough to build the same pipeline again. It is stored with the
 * run.
 *
 * @param pipeline a class name, or a bundled pipeline's name
 * @param jar where the class is, if it does not come with Pergola
 * @param flags run parameters by flag
 */
record Origin(String pipeline, Optional<Path> jar, SortedMap<String, String> flags) {
  /** The attribute that names the run's log file. */
  static final String LOG = "log";

  private static final String PIPELINE = "cli.pipeline";
  private static final String JAR = "cli.jar";
  private static final String FLAG = "cli.flag.";

  Origin {
    flags = Collections.unmodifiableSortedMap(new TreeMap<>(flags));
  }

  /** With a run parameter, in place of the one of that name. */
  Origin flag(String name, String value) {
    TreeMap<String, String> more = new TreeMap<>(flags);
    more.put(name, value);
    return new Origin(pipeline, jar, more);
  }

  RunOptions recordIn(RunOptions options) {
    RunOptions recorded = options.attribute(PIPELINE, pipeline);
    if (jar.isPresent()) {
      recorded = recorded.attribute(JAR, jar.get().toAbsolutePath().toString());
    }
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      recorded = recorded.attribute(FLAG + flag.getKey(), flag.getValue());
    }
    return recorded;
  }

  /**
   * What a run was asked for with: the words of a command line or, if nobody has built its pipeline
   * yet, those of its queue entry. What was built since is no source: texts of values need not be
   * what they are read from.
   */
  static Origin of(Workspace workspace, RunRecord run) {
    StoredRun stored = workspace.store().runs().find(run.id()).orElseThrow();
    Optional<Path> deployed =
        stored
            .attribute(RunAttributes.DEPLOYMENT)
            .map(hash -> DeployedJars.in(workspace).file(hash));
    String pipeline = run.attributes().get(PIPELINE);
    if (pipeline != null) {
      return new Origin(
          pipeline,
          deployed.or(() -> Optional.ofNullable(run.attributes().get(JAR)).map(Path::of)),
          withoutPrefix(run.attributes(), FLAG));
    }
    Optional<String> definition = stored.attribute(RunAttributes.DEFINITION);
    if (definition.isEmpty()) {
      throw new UsageException(
          ("Cannot build the pipeline of run %s again: it was not started by this command. Resume it"
                  + " from the program that started it.")
              .formatted(run.id()));
    }
    return new Origin(
        deployment(workspace, stored).map(StoredDeployment::definition).orElse(definition.get()),
        deployed,
        withoutPrefix(stored.attributes(), RunAttributes.PARAMETER));
  }

  private static Optional<StoredDeployment> deployment(Workspace workspace, StoredRun run) {
    Optional<String> jar = run.attribute(RunAttributes.DEPLOYMENT);
    Optional<Long> version = run.attribute(RunAttributes.DEPLOYMENT_VERSION).map(Long::valueOf);
    return workspace.store().deployments().versions(run.pipeline()).stream()
        .filter(one -> jar.filter(one.jar()::equals).isPresent())
        .filter(one -> version.isEmpty() || version.get() == one.version())
        .findFirst();
  }

  private static SortedMap<String, String> withoutPrefix(
      Map<String, String> attributes, String prefix) {
    SortedMap<String, String> flags = new TreeMap<>();
    attributes.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            flags.put(Names.kebab(name.substring(prefix.length())), value);
          }
        });
    return flags;
  }
}
