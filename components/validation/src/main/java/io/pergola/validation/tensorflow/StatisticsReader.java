package io.pergola.validation.tensorflow;

import io.pergola.validation.CrossStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.TokenStatistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes statistics of a {@code DatasetFeatureStatisticsList} message. */
final class StatisticsReader {
  private final Notes notes;

  private StatisticsReader(Notes notes) {
    this.notes = notes;
  }

  /**
   * Reads the datasets of a list: if one of them is of all examples, the others are its slices;
   * otherwise each is a split.
   *
   * @param split the name of the split that the list is of
   * @throws IllegalArgumentException if there is no dataset
   */
  static List<SplitStatistics> read(Fields list, String split) {
    return new StatisticsReader(list.notes()).readAll(list, split);
  }

  private List<SplitStatistics> readAll(Fields list, String split) {
    List<Fields> datasets = list.messages("datasets");
    if (datasets.isEmpty()) {
      throw new IllegalArgumentException("it has no dataset");
    }
    datasets.forEach(each -> each.about("dataset '%s'".formatted(each.text("name"))));
    if (datasets.size() == 1) {
      String name = datasets.get(0).text("name");
      if (!name.isEmpty() && !name.equals(SliceNames.ALL) && !name.equals(split)) {
        notes.add("Dataset '%s' is now split '%s'.", name, split);
      }
      return List.of(dataset(datasets.get(0), split, List.of()));
    }
    Optional<Fields> all =
        datasets.stream().filter(each -> each.text("name").equals(SliceNames.ALL)).findFirst();
    if (all.isEmpty()) {
      return datasets.stream().map(each -> dataset(each, each.text("name"), List.of())).toList();
    }
    List<SliceStatistics> slices = new ArrayList<>();
    SliceNames names = new SliceNames(names(all.get()));
    for (Fields each : datasets) {
      if (each != all.get()) {
        String name = each.text("name");
        SplitStatistics statistics = dataset(each, split, List.of());
        key(names, name).ifPresent(key -> slices.add(new SliceStatistics(key, statistics)));
      }
    }
    slices.sort(Comparator.comparing(SliceStatistics::key));
    return List.of(dataset(all.get(), split, slices));
  }

  private Optional<SliceKey> key(SliceNames names, String name) {
    List<SliceKey> readings = names.readings(name);
    if (readings.isEmpty()) {
      notes.add("Not taken over: slice '%s', which begins with the name of no feature.", name);
      return Optional.empty();
    }
    if (readings.size() > 1) {
      notes.add(
          "Slice '%s' is read as %s; it could also be %s.", name, readings.get(0), readings.get(1));
    }
    return Optional.of(readings.get(0));
  }

  private static List<String> names(Fields dataset) {
    return dataset.messages("features").stream().map(FeatureReader::name).toList();
  }

  private SplitStatistics dataset(Fields in, String split, List<SliceStatistics> slices) {
    List<FeatureStatistics> features = new ArrayList<>();
    List<TokenStatistics> tokens = new ArrayList<>();
    Map<String, CustomValues> customs = new HashMap<>();
    for (Fields feature : in.messages("features")) {
      String name = FeatureReader.name(feature);
      feature.about("feature '%s'".formatted(name));
      CustomValues custom = new CustomValues(feature);
      customs.put(name, custom);
      FeatureReader.read(feature, name, custom).ifPresent(features::add);
      TokensMessage.read(name, custom, notes).ifPresent(tokens::add);
    }
    Optional<CrossStatistics> cross = CrossReader.read(in, customs);
    features.stream()
        .filter(each -> each.common().weighted().isPresent())
        .findFirst()
        .ifPresent(each -> notes.add("The name of the feature with the weights is not there."));
    customs.values().forEach(CustomValues::finish);
    return new SplitStatistics(
        split,
        in.whole("num_examples"),
        in.has("weighted_num_examples")
            ? OptionalDouble.of(in.number("weighted_num_examples"))
            : OptionalDouble.empty(),
        features,
        slices,
        List.of(),
        cross,
        List.of(),
        tokens);
  }
}
