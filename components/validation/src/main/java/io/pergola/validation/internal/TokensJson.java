package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.TokenStatistics.Reported;
import io.pergola.validation.ValueCount;
import java.util.ArrayList;
import java.util.List;

/** Statistics of tokens as JSON. */
final class TokensJson {
  private TokensJson() {}

  static ObjectNode toJson(TokenStatistics from) {
    ObjectNode node = Json.object();
    node.put("feature", from.feature());
    node.put("tokens", from.tokens());
    Json.put(node, "coverage", from.coverage());
    Json.put(node, "averageLength", from.averageLength());
    StatisticsJson.putBuckets(node, "lengths", from.lengths());
    node.put("minSequence", from.minSequence());
    node.put("maxSequence", from.maxSequence());
    Json.put(node, "meanSequence", from.meanSequence());
    StatisticsJson.putBuckets(node, "sequences", from.sequences());
    node.put("frequencyError", from.frequencyError());
    ArrayNode values = node.putArray("values");
    from.ranks().forEach(rank -> values.add(rank.value()));
    ArrayNode counts = node.putArray("counts");
    from.ranks().forEach(rank -> counts.add(rank.count()));
    ArrayNode reported = node.putArray("reported");
    for (Reported token : from.reported()) {
      ObjectNode one = reported.addObject();
      one.put("token", token.token());
      one.put("frequency", token.frequency());
      Json.put(one, "fractionOfSequences", token.fractionOfSequences());
      one.put("minPerSequence", token.minPerSequence());
      one.put("maxPerSequence", token.maxPerSequence());
      Json.put(one, "meanPerSequence", token.meanPerSequence());
      StatisticsJson.putBuckets(one, "positions", token.positions());
    }
    return node;
  }

  static TokenStatistics read(JsonNode node) {
    List<ValueCount> ranks = new ArrayList<>();
    JsonNode counts = node.path("counts");
    for (JsonNode value : Json.list(node, "values")) {
      ranks.add(new ValueCount(value.asText(), counts.path(ranks.size()).asLong()));
    }
    List<Reported> reported = new ArrayList<>();
    for (JsonNode one : Json.list(node, "reported")) {
      reported.add(
          new Reported(
              Json.text(one, "token"),
              one.path("frequency").asLong(),
              Json.number(one, "fractionOfSequences"),
              one.path("minPerSequence").asLong(),
              one.path("maxPerSequence").asLong(),
              Json.number(one, "meanPerSequence"),
              StatisticsJson.buckets(one, "positions")));
    }
    return new TokenStatistics(
        Json.text(node, "feature"),
        node.path("tokens").asLong(),
        Json.number(node, "coverage"),
        Json.number(node, "averageLength"),
        StatisticsJson.buckets(node, "lengths"),
        node.path("minSequence").asLong(),
        node.path("maxSequence").asLong(),
        Json.number(node, "meanSequence"),
        StatisticsJson.buckets(node, "sequences"),
        ranks,
        node.path("frequencyError").asLong(),
        reported);
  }
}
