package io.pergola.cli;

import io.pergola.run.Engine;
import io.pergola.run.flink.FlinkEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens Flink engines; in a class of its own, so that Flink is loaded only with it. */
final class FlinkEngines {
  private FlinkEngines() {}

  /**
   * @param stage {@code auto}, {@code class-path}, {@code none} or files, separated by commas
   * @param parallelism 0 for as many as there is room for
   * @param jar the pipeline's own
   * @param artifacts the folder that all machines must see
   */
  static Engine open(
      @Nullable String master, String stage, int parallelism, Optional<Path> jar, Path artifacts) {
    FlinkEngine engine =
        master == null
            ? FlinkEngine.embedded()
            : FlinkEngine.at(master).alsoStaging(jar.stream().toList()).sharing(artifacts);
    if (parallelism > 0) {
      engine = engine.parallelism(parallelism);
    }
    return switch (stage) {
      case "auto" -> engine;
      case "class-path" -> engine.stagingClassPath();
      case "none" -> engine.staging(List.of());
      default -> engine.staging(Stream.of(stage.split(",", -1)).map(Path::of).toList());
    };
  }
}
