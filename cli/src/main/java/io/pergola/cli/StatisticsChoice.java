package io.pergola.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The part of statistics that somebody wants to see.
 *
 * @param split its name
 * @param slice a part of the name of slices; without one, splits are shown as a whole
 * @param feature its name
 */
record StatisticsChoice(Optional<String> split, Optional<String> slice, Optional<String> feature) {
  private static final int NAMED = 12;

  /** Names a split or, if {@code slice} is not empty, a slice of it. */
  record Place(String split, String slice) {
    @Override
    public String toString() {
      return slice.isEmpty() ? split : split + ", " + slice;
    }
  }

  /** The places asked for, in order; of two statistics, those of either. */
  Set<Place> places(List<DatasetStatistics> statistics) {
    List<SplitStatistics> splits = statistics.stream().flatMap(s -> s.splits().stream()).toList();
    require("split", split, splits.stream().map(SplitStatistics::name).toList(), String::equals);
    List<SplitStatistics> kept =
        splits.stream().filter(one -> split.isEmpty() || split.get().equals(one.name())).toList();
    require(
        "slice",
        slice,
        kept.stream().flatMap(one -> one.slices().stream()).map(s -> s.key().toString()).toList(),
        String::contains);
    require(
        "feature",
        feature,
        kept.stream().flatMap(one -> one.features().stream()).map(f -> f.name()).toList(),
        String::equals);
    Set<Place> places = new LinkedHashSet<>();
    for (SplitStatistics one : kept) {
      if (slice.isEmpty()) {
        places.add(new Place(one.name(), ""));
      }
      for (SliceStatistics part : one.slices()) {
        if (slice.isPresent() && part.key().toString().contains(slice.get())) {
          places.add(new Place(one.name(), part.key().toString()));
        }
      }
    }
    return places;
  }

  /** The statistics at a place, with the features asked for. */
  Optional<SplitStatistics> at(DatasetStatistics statistics, Place place) {
    Optional<SplitStatistics> whole = statistics.find(place.split());
    Optional<SplitStatistics> found =
        place.slice().isEmpty()
            ? whole
            : whole.stream()
                .flatMap(one -> one.slices().stream())
                .filter(part -> part.key().toString().equals(place.slice()))
                .map(SliceStatistics::statistics)
                .findFirst();
    return found.map(this::withFeatures);
  }

  private SplitStatistics withFeatures(SplitStatistics statistics) {
    List<FeatureStatistics> features =
        statistics.features().stream()
            .filter(one -> feature.isEmpty() || feature.get().equals(one.name()))
            .toList();
    return statistics.features(features);
  }

  /** The same choice of {@code statistics.json}: what was not asked for is removed from it. */
  void keepIn(JsonNode file) {
    keep(file.path("splits"), one -> split.isEmpty() || split.get().equals(name(one)));
    for (JsonNode one : file.path("splits")) {
      keepFeatures(one);
      keep(one.path("slices"), part -> slice.isEmpty() || key(part).contains(slice.get()));
      one.path("slices").forEach(this::keepFeatures);
      if (one instanceof ObjectNode whole) {
        whole.remove(
            slice.isPresent() ? List.of("features", "cross", "tokens") : List.of("slices"));
      }
    }
  }

  private void keepFeatures(JsonNode node) {
    if (feature.isEmpty()) {
      return;
    }
    String wanted = feature.get();
    keep(node.path("features"), one -> wanted.equals(name(one)));
    JsonNode cross = node.path("cross");
    keep(
        cross.path("pairs"),
        pair -> wanted.equals(pair.path(0).asText()) || wanted.equals(pair.path(1).asText()));
    keep(cross.path("associations"), one -> wanted.equals(one.path("feature").asText()));
    keep(node.path("tokens"), one -> wanted.equals(one.path("feature").asText()));
  }

  private static void keep(JsonNode list, Predicate<JsonNode> wanted) {
    if (list instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (!wanted.test(array.get(i))) {
          array.remove(i);
        }
      }
    }
  }

  private static String name(JsonNode node) {
    return node.path("name").asText();
  }

  private static String key(JsonNode slice) {
    TreeMap<String, String> key = new TreeMap<>();
    slice.path("key").properties().forEach(one -> key.put(one.getKey(), one.getValue().asText()));
    return new SliceKey(key).toString();
  }

  private interface Match {
    boolean test(String name, String wanted);
  }

  private static void require(
      String what, Optional<String> wanted, Collection<String> names, Match match) {
    if (wanted.isEmpty() || names.stream().anyMatch(name -> match.test(name, wanted.get()))) {
      return;
    }
    List<String> different = new ArrayList<>(new LinkedHashSet<>(names));
    String more =
        different.size() > NAMED ? " and %d more".formatted(different.size() - NAMED) : "";
    throw new UsageException(
        "Unknown %s: '%s' (there are %s%s)"
            .formatted(
                what,
                wanted.get(),
                different.isEmpty()
                    ? "none"
                    : String.join(", ", different.subList(0, Math.min(NAMED, different.size()))),
                more));
  }
}
