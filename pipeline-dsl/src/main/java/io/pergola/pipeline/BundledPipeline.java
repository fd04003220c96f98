package io.pergola.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * An example pipeline that ships with Pergola, found by {@link java.util.ServiceLoader}: the
 * command line runs it by name and {@code quickstart} generates its data.
 */
public interface BundledPipeline {
  /** The name on the command line, {@code taxi}. */
  String name();

  /** One line for help texts. */
  String description();

  /** The pipeline; a record whose components are the run parameters. */
  Class<? extends PipelineDefinition> definition();

  /** Values of run parameters that the author of a first run need not give, by name. */
  Map<String, String> defaults(Path home);

  /** The number of rows that {@code quickstart} makes unless it is told another. */
  default long rows() {
    return 15_000;
  }

  /**
   * Writes input data, as a stream: any number of rows in constant memory.
   *
   * @param rows at least 1
   * @param seed the same seed gives the same files
   */
  void generate(Path directory, long rows, long seed) throws IOException;

  /** Writes a day of data with the defects that {@code quickstart --with-bad-day} shows. */
  void generateBadDay(Path directory, long rows, long seed) throws IOException;
}
