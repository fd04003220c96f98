package io.pergola.training.internal.search;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A trial that is to run, or to go on.
 *
 * @param trial its number, from 1
 * @param values of what is searched, by name
 * @param until the step to train to
 */
public record Request(int trial, SortedMap<String, Object> values, int until) {
  public Request {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }
}
