package io.pergola.pipeline;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One step of a pipeline, declared as a record: its {@link Channel} and {@link OptionalChannel}
 * components (also inside lists and optionals) are inputs, every other component is a parameter.
 *
 * <p>Authors implement {@link InlineComponent}, {@code io.pergola.beam.BeamComponent} or {@code
 * io.pergola.beam.DrivingComponent}.
 *
 * @param <O> a {@link Channel}, an {@link OptionalChannel}, or a record of these
 */
public interface Component<O> extends Serializable {
  /**
   * The node id when the author gives none: the class name in kebab case, {@code statistics-gen}.
   */
  default String defaultId() {
    return Names.kebab(getClass().getSimpleName());
  }

  /**
   * A version that stands for the component's code in its cache key. Absent, the code is
   * fingerprinted by the bytecode it reaches; give one where that cannot see all of it (reflection,
   * native code, resources), and change it with the code.
   */
  default Optional<String> codeVersion() {
    return Optional.empty();
  }

  /**
   * The files outside the store that this component reads; their contents count in its cache key. A
   * folder stands for every file under it, in path order; a last name with {@code *} or {@code ?}
   * is a glob.
   */
  default List<Path> externalInputs() {
    return List.of();
  }

  /**
   * Whether an earlier result stands for a new one where code, parameters and inputs are the same.
   * False for what reads something whose content nobody can hash, such as a database.
   */
  default boolean isCacheable() {
    return true;
  }

  /**
   * Whether this node may stop the run ({@link Execution#stopRun}). The nodes that the pipeline
   * adds after a gate wait for it.
   */
  default boolean isGate() {
    return false;
  }

  /**
   * The outputs of a generic component, whose class does not tell their types: {@code record
   * Import<A extends Artifact>(Path from, Class<A> type) implements InlineComponent<Channel<A>>}
   * returns {@code Optional.of(outputs.channel("imported", type))}. Every other component leaves
   * this empty, and its outputs are read from its type.
   */
  default Optional<O> outputs(OutputChannels outputs) {
    return Optional.empty();
  }
}
