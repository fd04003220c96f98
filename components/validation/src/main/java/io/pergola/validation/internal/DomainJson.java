package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.Embedding;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Domain.Mid;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.NaturalLanguage.TokenConstraint;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.Domain.Struct;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.TimeOfDay;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureSchema.ValueCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Domains as JSON: each kind is a key of its own in the block of a feature. */
final class DomainJson {
  private static final Map<String, Function<JsonNode, Domain>> READERS = readers();

  private DomainJson() {}

  /** The keys of all kinds. */
  static Set<String> kinds() {
    return READERS.keySet();
  }

  /**
   * The domain in the block of a feature, if there is one.
   *
   * @throws IllegalArgumentException if there are several
   */
  static Optional<Domain> read(JsonNode feature) {
    List<Domain> domains = new ArrayList<>();
    READERS.forEach(
        (kind, reader) -> {
          if (feature.has(kind)) {
            domains.add(reader.apply(feature.path(kind)));
          }
        });
    if (domains.size() > 1) {
      throw new IllegalArgumentException("more than one domain");
    }
    return domains.stream().findFirst();
  }

  private static Map<String, Function<JsonNode, Domain>> readers() {
    Map<String, Function<JsonNode, Domain>> readers = new LinkedHashMap<>();
    readers.put("intRange", DomainJson::intRange);
    readers.put("floatRange", DomainJson::floatRange);
    readers.put("strings", node -> new Strings(SchemaJsonReader.texts(node)));
    readers.put("bool", DomainJson::bool);
    readers.put("struct", node -> new Struct(SchemaJsonReader.features(node)));
    readers.put("naturalLanguage", DomainJson::naturalLanguage);
    readers.put("image", DomainJson::image);
    readers.put("url", node -> checked(node, Set.of(), new Url()));
    readers.put("mid", node -> checked(node, Set.of(), new Mid()));
    readers.put("time", DomainJson::time);
    readers.put(
        "timeOfDay",
        node -> checked(node, Set.of("format"), new TimeOfDay(Json.text(node, "format"))));
    readers.put(
        "embedding",
        node -> checked(node, Set.of("dimension"), new Embedding(node.path("dimension").asLong())));
    return readers;
  }

  private static Domain checked(JsonNode node, Set<String> keys, Domain domain) {
    SchemaJsonReader.checkKeys(node, keys);
    return domain;
  }

  private static Domain intRange(JsonNode node) {
    SchemaJsonReader.checkKeys(node, Set.of("min", "max", "categorical"));
    return new IntRange(
        node.path("min").asLong(Long.MIN_VALUE),
        node.path("max").asLong(Long.MAX_VALUE),
        node.path("categorical").asBoolean() ? Meaning.CATEGORICAL : Meaning.ORDINAL);
  }

  private static Domain floatRange(JsonNode node) {
    SchemaJsonReader.checkKeys(node, Set.of("min", "max", "nan", "infinity"));
    return new FloatRange(
        node.has("min") ? Json.number(node, "min") : Double.NEGATIVE_INFINITY,
        node.has("max") ? Json.number(node, "max") : Double.POSITIVE_INFINITY,
        special(node, "nan"),
        special(node, "infinity"));
  }

  private static Special special(JsonNode range, String field) {
    return range.path(field).asBoolean(true) ? Special.ALLOWED : Special.DISALLOWED;
  }

  private static Domain bool(JsonNode node) {
    SchemaJsonReader.checkKeys(node, Set.of("true", "false"));
    return new Bool(SchemaJsonReader.text(node, "true"), SchemaJsonReader.text(node, "false"));
  }

  private static Domain naturalLanguage(JsonNode node) {
    SchemaJsonReader.checkKeys(
        node,
        Set.of(
            "vocabulary",
            "minCoverage",
            "minAverageTokenLength",
            "excludedTokens",
            "outOfVocabularyTokens",
            "tokens"));
    List<TokenConstraint> constraints = new ArrayList<>();
    for (JsonNode token : node.path("tokens")) {
      SchemaJsonReader.checkKeys(
          token, Set.of("token", "perSequence", "minFraction", "maxFraction"));
      constraints.add(
          new TokenConstraint(
              Json.text(token, "token"),
              SchemaJsonReader.values(token.path("perSequence")),
              SchemaJsonReader.number(token, "minFraction"),
              SchemaJsonReader.number(token, "maxFraction")));
    }
    return new NaturalLanguage(
        SchemaJsonReader.text(node, "vocabulary"),
        SchemaJsonReader.number(node, "minCoverage"),
        SchemaJsonReader.number(node, "minAverageTokenLength"),
        SchemaJsonReader.texts(node.path("excludedTokens")),
        SchemaJsonReader.texts(node.path("outOfVocabularyTokens")),
        constraints);
  }

  private static Domain image(JsonNode node) {
    SchemaJsonReader.checkKeys(node, Set.of("minSupportedFraction", "maxBytes"));
    return new Image(
        SchemaJsonReader.number(node, "minSupportedFraction"),
        SchemaJsonReader.count(node, "maxBytes"));
  }

  private static Domain time(JsonNode node) {
    SchemaJsonReader.checkKeys(node, Set.of("format", "unit"));
    return new Time(
        SchemaJsonReader.text(node, "format"),
        node.has("unit")
            ? Optional.of(SchemaJsonReader.one(Time.Unit.class, node, "unit"))
            : Optional.empty());
  }

  /**
   * Writes domains.
   *
   * @param feature the block it goes to
   */
  record Writer(ObjectNode feature) implements Domain.Cases<ObjectNode> {
    @Override
    public ObjectNode intRange(IntRange range) {
      ObjectNode node = feature.putObject(range.kind());
      if (range.min() != Long.MIN_VALUE) {
        node.put("min", range.min());
      }
      if (range.max() != Long.MAX_VALUE) {
        node.put("max", range.max());
      }
      return range.meaning() == Meaning.CATEGORICAL ? node.put("categorical", true) : node;
    }

    @Override
    public ObjectNode floatRange(FloatRange range) {
      ObjectNode node = feature.putObject(range.kind());
      if (range.min() != Double.NEGATIVE_INFINITY) {
        Json.put(node, "min", range.min());
      }
      if (range.max() != Double.POSITIVE_INFINITY) {
        Json.put(node, "max", range.max());
      }
      node.put("nan", range.nan() == Special.ALLOWED);
      return node.put("infinity", range.infinity() == Special.ALLOWED);
    }

    @Override
    public ObjectNode strings(Strings strings) {
      ArrayNode values = feature.putArray(strings.kind());
      strings.values().forEach(values::add);
      return feature;
    }

    @Override
    public ObjectNode bool(Bool bool) {
      ObjectNode node = feature.putObject(bool.kind());
      bool.trueValue().ifPresent(text -> node.put("true", text));
      bool.falseValue().ifPresent(text -> node.put("false", text));
      return node;
    }

    @Override
    public ObjectNode struct(Struct struct) {
      ArrayNode features = feature.putArray(struct.kind());
      struct.features().forEach(each -> features.add(SchemaJson.toJson(each)));
      return feature;
    }

    @Override
    public ObjectNode naturalLanguage(NaturalLanguage language) {
      ObjectNode node = feature.putObject(language.kind());
      language.vocabulary().ifPresent(name -> node.put("vocabulary", name));
      SchemaJson.put(node, "minCoverage", language.minCoverage());
      SchemaJson.put(node, "minAverageTokenLength", language.minAverageTokenLength());
      SchemaJson.putTexts(node, "excludedTokens", language.excludedTokens());
      SchemaJson.putTexts(node, "outOfVocabularyTokens", language.outOfVocabularyTokens());
      if (!language.tokenConstraints().isEmpty()) {
        ArrayNode tokens = node.putArray("tokens");
        language.tokenConstraints().forEach(token -> tokens.add(toJson(token)));
      }
      return node;
    }

    @Override
    public ObjectNode image(Image image) {
      ObjectNode node = feature.putObject(image.kind());
      put(node, "minSupportedFraction", image.minSupportedFraction());
      put(node, "maxBytes", image.maxBytes());
      return node;
    }

    @Override
    public ObjectNode url(Url url) {
      return feature.putObject(url.kind());
    }

    @Override
    public ObjectNode mid(Mid mid) {
      return feature.putObject(mid.kind());
    }

    @Override
    public ObjectNode time(Time time) {
      ObjectNode node = feature.putObject(time.kind());
      time.format().ifPresent(format -> node.put("format", format));
      time.unit().ifPresent(unit -> node.put("unit", unit.name()));
      return node;
    }

    @Override
    public ObjectNode timeOfDay(TimeOfDay time) {
      return feature.putObject(time.kind()).put("format", time.format());
    }

    @Override
    public ObjectNode embedding(Embedding embedding) {
      return feature.putObject(embedding.kind()).put("dimension", embedding.dimension());
    }

    private static ObjectNode toJson(TokenConstraint constraint) {
      ObjectNode node = Json.object().put("token", constraint.token());
      if (!constraint.perSequence().equals(ValueCounts.ANY)) {
        ObjectNode counts = node.putObject("perSequence");
        SchemaJson.putMax(
            counts.put("min", constraint.perSequence().min()), constraint.perSequence().max());
      }
      put(node, "minFraction", constraint.minFraction());
      put(node, "maxFraction", constraint.maxFraction());
      return node;
    }

    private static void put(ObjectNode node, String name, OptionalDouble value) {
      SchemaJson.put(node, name, value);
    }

    private static void put(ObjectNode node, String name, OptionalLong value) {
      value.ifPresent(number -> node.put(name, number));
    }
  }
}
