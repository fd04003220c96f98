package io.pergola.training;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which weights a network took from an earlier model.
 *
 * @param taken by the name of a layer, what it took: {@code all weights}, or {@code 19 of 21 rows}
 *     where others stand for words that the earlier model did not know
 * @param left by the name of a layer, why it starts anew
 */
public record WarmStart(SortedMap<String, String> taken, SortedMap<String, String> left) {
  /** Nothing is taken, as on a first run. */
  public static final WarmStart NONE = new WarmStart(new TreeMap<>(), new TreeMap<>());

  public WarmStart {
    taken = Collections.unmodifiableSortedMap(new TreeMap<>(taken));
    left = Collections.unmodifiableSortedMap(new TreeMap<>(left));
  }

  /** Whether a layer took weights. */
  public boolean took(String layer) {
    return taken.containsKey(layer);
  }

  /** The names of the layers that took weights. */
  public String[] layers() {
    return taken.keySet().toArray(String[]::new);
  }
}
