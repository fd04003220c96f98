package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * A version of a pipeline that was deployed.
 *
 * @param version 1 for the first of this pipeline, then 2, 3 and so on
 * @param definition the class that defines it
 * @param jar SHA-256 of the jar's bytes, in lower-case hexadecimal
 * @param file the jar's file name when it was deployed
 * @param description what the jar holds of this pipeline, as JSON
 * @param created when it was deployed
 */
public record StoredDeployment(
    String pipeline,
    long version,
    String definition,
    String jar,
    String file,
    String description,
    Optional<String> note,
    Instant created) {}
