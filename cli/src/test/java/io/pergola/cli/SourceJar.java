package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes jars of sources: of classes that are not on the tests' own class path. */
final class SourceJar {
  private static final String PIPELINE =
      """
      package com.acme;

      import io.pergola.artifact.Statistics;
      import io.pergola.pipeline.Artifacts;
      import io.pergola.pipeline.Channel;
      import io.pergola.pipeline.InlineComponent;
      import io.pergola.pipeline.PipelineBuilder;
      import io.pergola.pipeline.PipelineDefinition;
      import java.nio.file.Files;

      public record Elsewhere(long size) implements PipelineDefinition {
        @Override
        public void define(PipelineBuilder p) {
          p.add(new Note(size));
        }

        public record Note(long size) implements InlineComponent<Channel<Statistics>> {
          @Override
          public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
            Files.writeString(
                artifacts.of(out).directory().resolve("note.txt"), "" + size * FACTOR);
          }
        }
      }
      """;

  private SourceJar() {}

  /** The source of the pipeline {@code com.acme.Elsewhere}, whose code differs by the factor. */
  static String elsewhere(int factor) {
    return PIPELINE.replace("FACTOR", Integer.toString(factor));
  }

  /**
   * Compiles classes and packs them.
   *
   * @param sources by the classes' full names
   * @param resources texts by their place in the jar
   */
  static Path of(
      Path folder, String name, Map<String, String> sources, Map<String, String> resources)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name + "-classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
    for (Map.Entry<String, String> source : new TreeMap<>(sources).entrySet()) {
      Path file = folder.resolve(name + "-src/" + source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      arguments.add(file.toString());
    }
    if (!sources.isEmpty()) {
      int failed =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, arguments.toArray(String[]::new));
      assertThat(failed).isZero();
    }
    for (Map.Entry<String, String> resource : resources.entrySet()) {
      Path file = classes.resolve(resource.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, resource.getValue());
    }
    Path jar = folder.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream archive = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        archive.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        archive.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }
}
