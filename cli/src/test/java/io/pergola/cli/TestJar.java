package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes jars of classes that are not on the class path. */
final class TestJar {
  private TestJar() {}

  /**
   * Compiles a class and packs it with further files.
   *
   * @param type its name with its package
   * @param files by their path in the jar
   */
  static Path of(Path folder, String type, String source, Map<String, String> files)
      throws Exception {
    Path java = folder.resolve("source/" + type.replace('.', '/') + ".java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, source);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                java.toString());
    assertThat(failed).isZero();
    Path jar = folder.resolve("made.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream archive = new JarOutputStream(out);
        Stream<Path> found = Files.walk(classes)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        archive.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        archive.write(Files.readAllBytes(file));
      }
      for (Map.Entry<String, String> file : files.entrySet()) {
        archive.putNextEntry(new JarEntry(file.getKey()));
        archive.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }
}
