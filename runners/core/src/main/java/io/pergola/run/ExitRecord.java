package io.pergola.run;

import java.util.Optional;

/**
 * A call of an exit handler as the metadata store has it.
 *
 * @param handler the handler's id
 * @param problem why it failed, in one line; empty if it did not
 */
public record ExitRecord(String handler, Optional<String> problem) {}
