package io.pergola.validation;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The examples that break a schema: what {@code anomalous-examples.json} holds.
 *
 * @param splits in name order
 */
public record AnomalousRows(List<AnomalousRows.Split> splits) {
  public AnomalousRows {
    splits = List.copyOf(splits);
  }

  /** The number of examples of all splits that break a rule. */
  public long anomalous() {
    return splits.stream().mapToLong(Split::anomalous).sum();
  }

  /**
   * The examples of one split.
   *
   * @param examples all of them
   * @param anomalous how many of them break a rule
   * @param rules those that are broken, by feature, then type
   */
  public record Split(String name, long examples, long anomalous, List<Rule> rules) {
    public Split {
      rules = List.copyOf(rules);
    }
  }

  /**
   * A rule that examples break.
   *
   * @param feature the column, or a sparse or weighted feature
   * @param examples how many break it
   * @param sample some of them, in the order of the split; which ones depends on their places only
   */
  public record Rule(String feature, AnomalyType type, long examples, List<Row> sample) {
    public Rule {
      sample = List.copyOf(sample);
    }
  }

  /**
   * An example.
   *
   * @param row its number in the split, from 0
   * @param values of its columns as text, cut where they are long; columns that it lacks are not in
   *     here
   */
  public record Row(long row, SortedMap<String, String> values) implements Serializable {
    public Row {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
  }
}
