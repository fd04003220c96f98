package io.pergola.validation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.CrossStatistics.Pair;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsDifference;
import io.pergola.validation.internal.Json;
import io.pergola.validation.internal.StatisticsJson;
import io.pergola.validation.page.StatisticsPage.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the script of a page draws: the populations (a split or a slice of one side, in the JSON of
 * {@code statistics.json} with less of the rare values) and the pairs of them that can be compared.
 */
final class PageData {
  private static final int VALUES = 100;
  private static final int LONGEST_VALUE = 500;
  private static final int RELATED = 8;
  private static final int LIFTS = 10;

  /** Names a population of a side; an empty slice is the whole split. */
  private record Place(String split, String slice) {}

  private final ObjectNode root = Json.object();
  private final ArrayNode populations = root.putArray("populations");
  private final ArrayNode pairs = root.putArray("pairs");
  private final List<Map<Place, SplitStatistics>> places = new ArrayList<>();
  private final List<Map<Place, Integer>> numbers = new ArrayList<>();

  private PageData() {}

  static ObjectNode of(List<Side> sides) {
    PageData data = new PageData();
    ArrayNode titles = data.root.putArray("sides");
    for (int i = 0; i < sides.size(); i++) {
      Side side = sides.get(i);
      ObjectNode about = titles.addObject().put("title", side.title());
      side.statistics().weight().ifPresent(weight -> about.put("weight", weight));
      data.addSide(i, side.statistics());
    }
    if (sides.size() > 1) {
      data.addPairsOfSides(sides.get(1).title());
    }
    data.addPairsOfSplits();
    data.addPairsOfSlices();
    return data.root;
  }

  private void addSide(int side, DatasetStatistics statistics) {
    Map<Place, SplitStatistics> found = new LinkedHashMap<>();
    for (SplitStatistics split : statistics.splits()) {
      found.put(new Place(split.name(), ""), split);
      for (SliceStatistics slice : split.slices()) {
        found.put(new Place(split.name(), slice.key().toString()), slice.statistics());
      }
    }
    Map<Place, Integer> at = new HashMap<>();
    for (Map.Entry<Place, SplitStatistics> place : found.entrySet()) {
      at.put(place.getKey(), populations.size());
      ObjectNode node = populations.addObject();
      node.put("side", side);
      node.put("split", place.getKey().split());
      node.put("slice", place.getKey().slice());
      SplitStatistics whole = place.getValue();
      StatisticsJson.put(node, withoutSlices(whole));
      node.path("features").forEach(PageData::shorten);
      node.path("tokens").forEach(tokens -> shortenValues(tokens.path("values")));
    }
    places.add(found);
    numbers.add(at);
  }

  private static SplitStatistics withoutSlices(SplitStatistics split) {
    return split.slices(List.of()).cross(split.cross().map(PageData::strongest));
  }

  /** Drops rare values but keeps their counts; cuts very long values. */
  private static void shorten(JsonNode feature) {
    shortenValues(feature.path("values"));
    shortenValues(feature.path("weighted").path("values"));
  }

  private static void shortenValues(JsonNode values) {
    if (values instanceof ArrayNode list) {
      while (list.size() > VALUES) {
        list.remove(list.size() - 1);
      }
      for (int i = 0; i < list.size(); i++) {
        String value = list.get(i).asText();
        if (value.length() > LONGEST_VALUE) {
          int end =
              LONGEST_VALUE - (Character.isHighSurrogate(value.charAt(LONGEST_VALUE - 1)) ? 1 : 0);
          list.set(i, list.textNode(value.substring(0, end) + "…"));
        }
      }
    }
  }

  /** The strongest relations of each feature. */
  private static CrossStatistics strongest(CrossStatistics cross) {
    Map<String, Integer> used = new HashMap<>();
    List<Pair> kept = new ArrayList<>();
    cross.pairs().stream()
        .filter(pair -> Double.isFinite(pair.correlation()))
        .sorted(Comparator.comparingDouble((Pair pair) -> -Math.abs(pair.correlation())))
        .forEach(
            pair -> {
              int x = used.merge(pair.x(), 1, Integer::sum);
              int y = used.merge(pair.y(), 1, Integer::sum);
              if (x <= RELATED || y <= RELATED) {
                kept.add(pair);
              }
            });
    List<Association> associations =
        cross.associations().stream()
            .map(
                found ->
                    new Association(
                        found.feature(),
                        found.count(),
                        found.mutualInformation(),
                        found.adjustedMutualInformation(),
                        strongest(found.lifts()),
                        found.note()))
            .toList();
    return new CrossStatistics(kept, cross.label(), associations);
  }

  private static List<Lift> strongest(List<Lift> lifts) {
    return lifts.stream()
        .sorted(Comparator.comparingDouble((Lift lift) -> -Math.abs(Math.log(lift.lift()))))
        .limit(LIFTS)
        .toList();
  }

  private void addPairsOfSides(String title) {
    Map<Place, SplitStatistics> all = new LinkedHashMap<>(places.get(0));
    all.putAll(places.get(1));
    for (Place place : all.keySet()) {
      addPair(place, title, 0, place, 1, place);
    }
  }

  private void addPairsOfSplits() {
    for (Place left : places.get(0).keySet()) {
      for (Place right : places.get(0).keySet()) {
        boolean wholes = left.slice().isEmpty() && right.slice().isEmpty();
        if (wholes && !left.equals(right)) {
          addPair(left, "split " + right.split(), 0, left, 0, right);
        }
      }
    }
  }

  private void addPairsOfSlices() {
    for (Place place : places.get(0).keySet()) {
      if (!place.slice().isEmpty()) {
        Place whole = new Place(place.split(), "");
        addPair(place, "all of " + place.split(), 0, place, 0, whole);
      }
    }
  }

  /** Offers to compare what stands at a place with something else, called {@code title}. */
  private void addPair(
      Place shown, String title, int leftSide, Place left, int rightSide, Place right) {
    ObjectNode pair = pairs.addObject();
    pair.put("split", shown.split());
    pair.put("slice", shown.slice());
    pair.put("title", title);
    Optional.ofNullable(numbers.get(leftSide).get(left)).ifPresent(n -> pair.put("left", n));
    Optional.ofNullable(numbers.get(rightSide).get(right)).ifPresent(n -> pair.put("right", n));
    StatisticsDifference difference =
        StatisticsDifference.between(
            alone(places.get(leftSide).get(left)), alone(places.get(rightSide).get(right)));
    ArrayNode distances = pair.putArray("distances");
    for (StatisticsDifference.Feature feature : difference.features()) {
      ArrayNode one = distances.addArray().add(feature.name());
      Json.add(one, feature.distance());
      one.add(feature.measure().name());
    }
  }

  /** Statistics of one population; those of two are compared whatever their splits are called. */
  private static DatasetStatistics alone(@Nullable SplitStatistics population) {
    return new DatasetStatistics(
        population == null
            ? List.of()
            : List.of(new SplitStatistics("", population.examples(), population.features())));
  }
}
