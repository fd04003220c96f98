package io.pergola.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The graphs that lie beside a signature, and how they compare.
 *
 * @param full what became of {@code full.onnx}; empty in a model of an earlier release or from
 *     elsewhere
 * @param parity figures of the comparison of the model's forms, by name: {@value #EXAMPLES},
 *     {@value #CORE}, {@value #FULL}; empty if none was made
 * @param imported how a graph from elsewhere is fed
 */
public record Graphs(
    Optional<Full> full, SortedMap<String, Double> parity, Optional<ImportedGraph> imported) {
  /** The number of real examples on which the forms of the model were compared. */
  public static final String EXAMPLES = "examples";

  /** The largest difference between the trainer's network and plan with {@code core.onnx}. */
  public static final String CORE = "core";

  /** The largest difference between the trainer's network and {@code full.onnx}. */
  public static final String FULL = "full";

  /** No graph but {@code core.onnx}, nothing compared. */
  public static final Graphs NONE = new Graphs(Optional.empty(), new TreeMap<>(), Optional.empty());

  public Graphs {
    parity = Collections.unmodifiableSortedMap(new TreeMap<>(parity));
  }

  /**
   * What became of {@code full.onnx}.
   *
   * @param ends where the plan has no form in standard operators; empty if the file is there
   */
  public record Full(Optional<FullGraph.Ends> ends) {
    /** The file is there. */
    public static final Full THERE = new Full(Optional.empty());
  }

  /** The same with these figures. */
  public Graphs withParity(SortedMap<String, Double> figures) {
    return new Graphs(full, figures, imported);
  }

  /** Whether {@code full.onnx} is there. */
  public boolean hasFull() {
    return full.isPresent() && full.get().ends().isEmpty();
  }
}
