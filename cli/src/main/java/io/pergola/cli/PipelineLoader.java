package io.pergola.cli;

import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.Names;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.PipelineException;
import io.pergola.pipeline.PipelineParameters;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds pipelines and builds them with their run parameters. */
final class PipelineLoader {
  private PipelineLoader() {}

  static List<BundledPipeline> bundled() {
    List<BundledPipeline> all = new ArrayList<>();
    ServiceLoader.load(BundledPipeline.class, PipelineLoader.class.getClassLoader())
        .forEach(all::add);
    return all;
  }

  static List<String> bundledNames() {
    return bundled().stream().map(BundledPipeline::name).sorted().toList();
  }

  static Optional<BundledPipeline> bundled(String name) {
    return bundled().stream().filter(pipeline -> pipeline.name().equals(name)).findFirst();
  }

  /**
   * Builds a pipeline. What is left out of a bundled one has its defaults in this home.
   *
   * @throws UsageException if there is no such pipeline, or its parameters are not right
   * @throws PipelineException if it cannot be built as its author wrote it
   */
  static BuiltPipeline build(Origin origin, Path home) {
    Map<String, String> flags = new TreeMap<>();
    Class<? extends PipelineDefinition> definition = definition(origin);
    if (origin.jar().isEmpty()) {
      bundled(origin.pipeline())
          .ifPresent(
              pipeline ->
                  pipeline
                      .defaults(home.toAbsolutePath().normalize())
                      .forEach((name, value) -> flags.put(Names.kebab(name), value)));
    }
    flags.putAll(origin.flags());
    PipelineDefinition pipeline;
    try {
      pipeline = PipelineParameters.bind(definition, flags);
    } catch (PipelineException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return PipelineBuilder.build(pipeline);
  }

  private static Class<? extends PipelineDefinition> definition(Origin origin) {
    if (origin.jar().isEmpty()) {
      Optional<BundledPipeline> bundled = bundled(origin.pipeline());
      if (bundled.isPresent()) {
        return bundled.get().definition();
      }
    }
    ClassLoader loader = loader(origin.jar());
    Thread.currentThread().setContextClassLoader(loader);
    try {
      return Class.forName(origin.pipeline(), false, loader).asSubclass(PipelineDefinition.class);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      throw new UsageException(
          "Unknown pipeline: '%s' (%s). Name a bundled one (%s), or a class with --from-jar=JAR."
              .formatted(
                  origin.pipeline(),
                  origin
                      .jar()
                      .map(jar -> "not a class in " + jar)
                      .orElse("not a class on the path"),
                  String.join(", ", bundledNames())));
    } catch (ClassCastException e) {
      throw new UsageException(
          "Cannot run %s: it is not a pipeline. Name a record that implements PipelineDefinition."
              .formatted(origin.pipeline()));
    }
  }

  /** The loader of a jar; it stays open, because classes are loaded from it throughout the run. */
  static ClassLoader loader(Optional<Path> jar) {
    ClassLoader ours = PipelineLoader.class.getClassLoader();
    if (jar.isEmpty()) {
      return ours;
    }
    if (!Files.isRegularFile(jar.get())) {
      throw new UsageException(
          "Cannot read --from-jar=%s: there is no such file. Build the jar first."
              .formatted(jar.get()));
    }
    try {
      return new URLClassLoader(new URL[] {jar.get().toUri().toURL()}, ours);
    } catch (MalformedURLException e) {
      throw new UsageException("Invalid --from-jar: %s (a jar file)".formatted(jar.get()));
    }
  }
}
