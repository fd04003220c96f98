package io.pergola.metadata;

import java.util.Optional;

/**
 * A pipeline in a jar, to be recorded as its newest version.
 *
 * @param pipeline the pipeline's name
 * @param definition the class that defines it
 * @param jar SHA-256 of the jar's bytes, in lower-case hexadecimal
 * @param file the jar's file name when it was deployed, for people
 * @param description what the jar holds of this pipeline, as JSON: parameters, nodes, schedules
 * @param note why, in the words of whoever deployed it
 */
public record DeploymentDraft(
    String pipeline,
    String definition,
    String jar,
    String file,
    String description,
    Optional<String> note) {
  public DeploymentDraft {
    Names.check("pipeline name", pipeline);
    Names.check("class name", definition);
    Names.check("jar file name", file);
    if (!jar.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "Invalid hash of jar '%s': '%s' (64 hexadecimal digits)".formatted(file, jar));
    }
  }
}
