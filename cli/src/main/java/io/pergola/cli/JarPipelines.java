package io.pergola.cli;

import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.PipelineException;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.PipelineParameters;
import io.pergola.pipeline.PipelineParameters.Parameter;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.jar.JarFile;

/** Finds the pipelines of a jar, and builds those whose parameters are known. */
final class JarPipelines {
  private static final int MOST_ENTRIES = 200_000;

  private JarPipelines() {}

  /**
   * A pipeline in a jar.
   *
   * @param graph empty if a parameter without a default was not given
   */
  record Found(
      String name,
      String definition,
      List<Parameter> parameters,
      Optional<PipelineGraph> graph,
      List<String> missing) {}

  /**
   * Looks into a jar.
   *
   * @param flags parameters to build with; those that a pipeline does not have are left out
   * @throws UsageException if it is no jar, or a pipeline in it cannot be built
   */
  static List<Found> of(Path jar, SortedMap<String, String> flags) {
    if (!Files.isRegularFile(jar)) {
      throw new UsageException(
          "Cannot deploy %s: there is no such file. Build the jar first.".formatted(jar));
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (JarFile archive = new JarFile(jar.toFile());
        URLClassLoader loader =
            new URLClassLoader(
                new URL[] {jar.toUri().toURL()}, JarPipelines.class.getClassLoader())) {
      if (archive.size() > MOST_ENTRIES) {
        throw new UsageException(
            "Cannot deploy %s: it has %d entries (at most %d). Leave out what is not needed."
                .formatted(jar, archive.size(), MOST_ENTRIES));
      }
      Thread.currentThread().setContextClassLoader(loader);
      List<String> names =
          archive.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
              .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
              .sorted()
              .toList();
      List<Found> found = new ArrayList<>();
      for (String name : names) {
        definition(name, loader).ifPresent(type -> found.add(describe(type, flags)));
      }
      return found;
    } catch (IOException e) {
      throw new UsageException(
          "Cannot deploy %s: %s. Name a jar file.".formatted(jar, e.getMessage()));
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** A class that needs what the jar does not bring is no pipeline that could run. */
  private static Optional<Class<? extends PipelineDefinition>> definition(
      String name, ClassLoader loader) {
    try {
      Class<?> type = Class.forName(name, false, loader);
      return type.getClassLoader() == loader
              && type.isRecord()
              && !Modifier.isAbstract(type.getModifiers())
              && PipelineDefinition.class.isAssignableFrom(type)
          ? Optional.of(type.asSubclass(PipelineDefinition.class))
          : Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  private static Found describe(
      Class<? extends PipelineDefinition> type, SortedMap<String, String> flags) {
    try {
      List<Parameter> parameters = PipelineParameters.describe(type);
      List<String> missing =
          parameters.stream()
              .filter(one -> one.required() && !flags.containsKey(one.flag()))
              .map(one -> "--" + one.flag())
              .toList();
      Optional<PipelineGraph> graph = Optional.empty();
      if (missing.isEmpty()) {
        Map<String, String> own = new java.util.TreeMap<>(flags);
        own.keySet().retainAll(parameters.stream().map(Parameter::flag).toList());
        graph = Optional.of(PipelineBuilder.build(PipelineParameters.bind(type, own)).graph());
      }
      String name =
          graph
              .map(PipelineGraph::name)
              .orElseGet(() -> io.pergola.pipeline.Names.kebab(type.getSimpleName()));
      return new Found(name, type.getName(), parameters, graph, missing);
    } catch (PipelineException e) {
      throw new UsageException(
          "Cannot deploy %s: %s".formatted(type.getName(), String.valueOf(e.getMessage())));
    }
  }
}
