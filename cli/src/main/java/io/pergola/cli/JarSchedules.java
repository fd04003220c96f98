package io.pergola.cli;

import io.pergola.pipeline.PipelineSchedules;
import io.pergola.pipeline.Schedule;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the schedules that the classes of a jar declare. */
final class JarSchedules {
  private JarSchedules() {}

  /**
   * Looks into a jar.
   *
   * @throws UsageException if it is not there, or a class that declares schedules fails
   */
  static List<Schedule> of(Path jar) throws IOException {
    if (!Files.isRegularFile(jar)) {
      throw new UsageException(
          "Cannot read --from-jar=%s: there is no such file. Build the jar first.".formatted(jar));
    }
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, JarSchedules.class.getClassLoader())) {
      List<Schedule> declared = new ArrayList<>();
      for (PipelineSchedules source : ServiceLoader.load(PipelineSchedules.class, loader)) {
        if (source.getClass().getClassLoader() == loader) {
          declared.addAll(source.schedules());
        }
      }
      return declared;
    } catch (ServiceConfigurationError | IllegalArgumentException e) {
      throw new UsageException(
          "Cannot read the schedules of %s: %s. Mend them and build the jar again."
              .formatted(jar, e.getMessage()));
    }
  }
}
