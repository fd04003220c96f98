package io.pergola.validation.internal;

import io.pergola.beam.FileMemory;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * The states of files of examples that are kept from run to run.
 *
 * @param recipe stands for everything but the files that states depend on
 */
public record KeptStates(FileMemory memory, String recipe) implements Serializable {

  /** Whether the state of a file is kept. */
  boolean has(String file) {
    return memory.has(file, recipe);
  }

  /** The state of a file; empty if there is none, or it is damaged. */
  Optional<byte[]> find(String file) {
    return memory.find(file, recipe, 0);
  }

  /** Keeps the state of a file. */
  void keep(String file, byte[] state) {
    memory.keep(file, recipe, List.of(state));
  }

  /** Forgets all but the states of these examples and of about three windows more. */
  public void tidy() throws IOException {
    memory.tidy(List.of(recipe));
  }
}
