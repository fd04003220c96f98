package io.pergola.validation.tensorflow;

import io.pergola.validation.SliceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Names of slices as TensorFlow's data validation forms them: features in the order of their names,
 * each with its value, all joined with {@code _}, such as {@code company_Blue Cab}. What a name
 * means can only be told with the names of the features at hand, and not always then.
 */
final class SliceNames {
  /** The name of all examples. */
  static final String ALL = "All Examples";

  private final List<String> features;

  SliceNames(List<String> features) {
    this.features = features.stream().sorted().toList();
  }

  static String of(SliceKey key) {
    StringJoiner name = new StringJoiner("_");
    for (Map.Entry<String, String> value : key.values().entrySet()) {
      name.add(value.getKey()).add(value.getValue());
    }
    return name.toString();
  }

  /** All that a name can mean, the most features first. */
  List<SliceKey> readings(String name) {
    List<SortedMap<String, String>> found = new ArrayList<>();
    read(name, 0, new TreeMap<>(), found);
    return found.stream()
        .sorted(Comparator.comparing((SortedMap<String, String> each) -> -each.size()))
        .map(SliceKey::new)
        .toList();
  }

  private void read(
      String name,
      int from,
      SortedMap<String, String> before,
      List<SortedMap<String, String>> found) {
    for (int i = from; i < features.size(); i++) {
      String start = features.get(i) + "_";
      if (!name.startsWith(start)) {
        continue;
      }
      String rest = name.substring(start.length());
      SortedMap<String, String> whole = new TreeMap<>(before);
      whole.put(features.get(i), rest);
      found.add(whole);
      for (int at = rest.indexOf('_'); at >= 0; at = rest.indexOf('_', at + 1)) {
        SortedMap<String, String> part = new TreeMap<>(before);
        part.put(features.get(i), rest.substring(0, at));
        read(rest.substring(at + 1), i + 1, part, found);
      }
    }
  }
}
