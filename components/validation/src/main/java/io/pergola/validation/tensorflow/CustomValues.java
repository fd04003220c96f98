package io.pergola.validation.tensorflow;

import io.pergola.validation.CustomStatistic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The {@code custom_stats} of a feature. Those of authors have the names that authors gave; what
 * Pergola's statistics say beyond the format has names that begin with {@link #PREFIX}.
 */
final class CustomValues {
  static final String PREFIX = "pergola.";
  static final String TYPE = PREFIX + "type";
  static final String INFINITIES = PREFIX + "infinities";
  static final String DISTINCT = PREFIX + "distinct";
  static final String DISTINCT_ERROR = PREFIX + "distinct_error";
  static final String RANK_ERROR = PREFIX + "rank_error";
  static final String FREQUENCY_ERROR = PREFIX + "frequency_error";
  static final String WEIGHTED_ERROR = PREFIX + "weighted_error";
  static final String AVERAGE_LENGTH = PREFIX + "average_length";
  static final String MIN_LENGTH = PREFIX + "min_length";
  static final String MAX_LENGTH = PREFIX + "max_length";
  static final String SEMANTIC_KIND = PREFIX + "semantic_kind";
  static final String SEMANTIC_FORMAT = PREFIX + "semantic_format";
  static final String SEMANTIC_SHARE = PREFIX + "semantic_share";
  static final String MUTUAL_INFORMATION = PREFIX + "mutual_information";
  static final String ADJUSTED_INFORMATION = PREFIX + "adjusted_mutual_information";
  static final String TOKENS = PREFIX + "tokens";
  static final String MEAN_SEQUENCE = PREFIX + "mean_sequence_length";
  static final String FREQUENCY_ERROR_OF_TOKENS = PREFIX + "frequency_error_of_tokens";
  static final String ASSOCIATION_NOTE = PREFIX + "association_note";

  private final Map<String, Double> numbers = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Fields> packed = new HashMap<>();
  private final List<CustomStatistic> ofAuthors = new ArrayList<>();
  private final Set<String> used = new HashSet<>();
  private final Fields feature;

  CustomValues(Fields feature) {
    this.feature = feature;
    for (Fields value : feature.messages("custom_stats")) {
      String name = value.text("name");
      if (value.has("num") && name.startsWith(PREFIX)) {
        numbers.put(name, value.number("num"));
      } else if (value.has("num")) {
        ofAuthors.add(new CustomStatistic(name, value.number("num")));
      } else if (value.has("str")) {
        texts.put(name, value.text("str"));
      } else if (value.has("any")) {
        packed.put(name, value.message("any"));
        texts.put(name, "");
      } else {
        value.skip("histogram", "rank_histogram");
        texts.put(name, "");
      }
    }
  }

  double number(String name, double otherwise) {
    return optionalNumber(name).orElse(otherwise);
  }

  OptionalDouble optionalNumber(String name) {
    used.add(name);
    Double value = numbers.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  Optional<String> text(String name) {
    used.add(name);
    return Optional.ofNullable(texts.get(name));
  }

  /** An {@code Any} message. */
  Optional<Fields> packed(String name) {
    used.add(name);
    return Optional.ofNullable(packed.get(name));
  }

  List<CustomStatistic> ofAuthors() {
    return ofAuthors;
  }

  /** Notes every value that was not read. */
  void finish() {
    packed.forEach((name, any) -> any.skip("type_url", "value"));
    for (String name : texts.keySet().stream().sorted().toList()) {
      if (!used.contains(name)) {
        feature
            .notes()
            .add("Not taken over: custom_stats '%s' of %s, no number.", name, feature.subject());
      }
    }
  }

  static void put(Draft feature, String name, double value) {
    feature.add("custom_stats", feature.of("custom_stats").put("name", name).put("num", value));
  }

  static void put(Draft feature, String name, String value) {
    feature.add("custom_stats", feature.of("custom_stats").put("name", name).put("str", value));
  }
}
