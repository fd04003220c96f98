package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.CrossStatistics.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The JSON of statistics across features. */
final class CrossJson {
  private CrossJson() {}

  static void put(ObjectNode node, CrossStatistics cross) {
    ArrayNode pairs = node.putArray("pairs");
    for (Pair pair : cross.pairs()) {
      ArrayNode one = pairs.addArray();
      one.add(pair.x());
      one.add(pair.y());
      one.add(pair.count());
      Json.add(one, pair.covariance());
      Json.add(one, pair.correlation());
    }
    cross.label().ifPresent(label -> node.put("label", label));
    if (cross.label().isEmpty()) {
      return;
    }
    ArrayNode associations = node.putArray("associations");
    for (Association association : cross.associations()) {
      ObjectNode one = associations.addObject();
      one.put("feature", association.feature());
      one.put("count", association.count());
      Json.put(one, "mutualInformation", association.mutualInformation());
      Json.put(one, "adjustedMutualInformation", association.adjustedMutualInformation());
      if (!association.note().isEmpty()) {
        one.put("note", association.note());
      }
      ArrayNode lifts = one.putArray("lifts");
      for (Lift lift : association.lifts()) {
        ArrayNode values = lifts.addArray();
        values.add(lift.label());
        values.add(lift.value());
        Json.add(values, lift.lift());
        values.add(lift.count());
        values.add(lift.valueCount());
        values.add(lift.labelCount());
      }
    }
  }

  static CrossStatistics cross(JsonNode node) {
    List<Pair> pairs = new ArrayList<>();
    for (JsonNode pair : Json.list(node, "pairs")) {
      pairs.add(
          new Pair(
              pair.path(0).asText(),
              pair.path(1).asText(),
              pair.path(2).asLong(),
              Json.number(pair.path(3)),
              Json.number(pair.path(4))));
    }
    List<Association> associations = new ArrayList<>();
    for (JsonNode one : Json.list(node, "associations")) {
      List<Lift> lifts = new ArrayList<>();
      for (JsonNode lift : Json.list(one, "lifts")) {
        lifts.add(
            new Lift(
                lift.path(0).asText(),
                lift.path(1).asText(),
                Json.number(lift.path(2)),
                lift.path(3).asLong(),
                lift.path(4).asLong(),
                lift.path(5).asLong()));
      }
      associations.add(
          new Association(
              Json.text(one, "feature"),
              one.path("count").asLong(),
              Json.number(one, "mutualInformation"),
              Json.number(one, "adjustedMutualInformation"),
              lifts,
              one.path("note").asText()));
    }
    return new CrossStatistics(
        pairs, Optional.ofNullable(node.path("label").textValue()), associations);
  }
}
