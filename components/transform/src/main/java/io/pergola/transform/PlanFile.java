package io.pergola.transform;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Keyed;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Scaling;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The JSON form of a fitted plan, as {@code docs/reference/fitted-plan.md} describes it. */
final class PlanFile {
  /** One element a line, so that differences between files are readable. */
  private static final DefaultPrettyPrinter LAYOUT =
      new DefaultPrettyPrinter()
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .addModule(
              new SimpleModule()
                  .addSerializer(float.class, new FloatText())
                  .addSerializer(Float.class, new FloatText()))
          .build();

  private PlanFile() {}

  static FittedPlan read(Path directoryOrFile) throws IOException {
    Path file =
        Files.isDirectory(directoryOrFile)
            ? directoryOrFile.resolve(FittedPlan.FILE)
            : directoryOrFile;
    FittedPlan plan = parse(Files.readString(file), file.toString());
    try {
      return FittedPlan.of(plan.plan(), plan.fitted());
    } catch (IllegalArgumentException e) {
      throw unreadable(file.toString(), e);
    }
  }

  static void write(FittedPlan plan, Path directory) throws IOException {
    // Not Files.createTempFile, whose files only their owner may read.
    Path temporary = directory.resolve("." + FittedPlan.FILE + ".tmp");
    try {
      Files.writeString(temporary, text(plan));
      Files.move(
          temporary, directory.resolve(FittedPlan.FILE), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The file's text, which ends with a line break. */
  static String text(FittedPlan plan) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FittedPlan.FORMAT);
    root.set("plan", JSON.valueToTree(plan.plan()));
    ArrayNode fitted = root.putArray("fitted");
    plan.fitted().forEach(constants -> fitted.add(node(constants)));
    try {
      return JSON.writer(LAYOUT).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a fitted plan as JSON.", e);
    }
  }

  /** A text that is the same for constants that are applied alike. */
  static String applied(Fitted constants) {
    ObjectNode node = node(constants);
    if (isAppliedWithoutCount(constants)) {
      node.remove("count");
      node.path("keys").forEach(key -> ((ObjectNode) key).remove("count"));
    }
    return node.toString();
  }

  /** Whether the number of values analysed is for people to read, and nothing depends on it. */
  private static boolean isAppliedWithoutCount(Fitted constants) {
    return constants instanceof Fitted.ZScore
        || constants instanceof Fitted.MinMax
        || constants instanceof Fitted.Robust
        || constants instanceof Fitted.Gaussian
        || constants instanceof Fitted.Quantile
        || constants instanceof Fitted.Bucketize
        || constants instanceof Fitted.Vocabulary
        || constants instanceof Fitted.TokenVocabulary
        || constants instanceof Fitted.Ranked
        || constants instanceof Fitted.PerKey;
  }

  /**
   * Reads what {@link #text} wrote, later phases unfitted or not.
   *
   * @param source what messages call it
   */
  static FittedPlan parse(String text, String source) throws IOException {
    try {
      JsonNode root = JSON.readTree(text);
      JsonNode format = root.path("format");
      if (!format.isInt()) {
        throw new IOException(
            ("Cannot read %s: it is not a fitted plan, for it has no format. Give the"
                    + " transform.json of a TransformGraph or Model.")
                .formatted(source));
      }
      if (format.intValue() > FittedPlan.FORMAT) {
        throw new IOException(
            ("Cannot read %s: its format is %d, and this release reads up to %d. Use the"
                    + " release that wrote it, or a newer one.")
                .formatted(source, format.intValue(), FittedPlan.FORMAT));
      }
      FeaturePlan plan = JSON.treeToValue(root.required("plan"), FeaturePlan.class);
      List<Fitted> fitted = new ArrayList<>();
      for (JsonNode node : root.required("fitted")) {
        fitted.add(fitted(node));
      }
      return FittedPlan.partial(plan, fitted);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw unreadable(source, e);
    }
  }

  private static IOException unreadable(String source, Exception e) {
    return new IOException(
        "Cannot read %s: %s. Run the Transform again to write it anew."
            .formatted(source, firstLine(e)),
        e);
  }

  private static String firstLine(Exception e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("").replaceAll("\\.$", "");
  }

  private static ObjectNode node(Fitted fitted) {
    ObjectNode node = JSON.createObjectNode();
    node.set("of", JSON.valueToTree(fitted.of()));
    constants(fitted, node);
    return node;
  }

  private static void constants(Fitted fitted, ObjectNode node) {
    node.put("count", fitted.count());
    if (fitted instanceof Fitted.ZScore zScore) {
      node.set("mean", number(zScore.mean()));
      node.set("stddev", number(zScore.stddev()));
    } else if (fitted instanceof Fitted.MinMax minMax) {
      node.set("min", number(minMax.min()));
      node.set("max", number(minMax.max()));
    } else if (fitted instanceof Fitted.Robust robust) {
      node.set("median", number(robust.median()));
      node.set("lower", number(robust.lower()));
      node.set("upper", number(robust.upper()));
    } else if (fitted instanceof Fitted.Gaussian gaussian) {
      node.set("location", number(gaussian.location()));
      node.set("scale", number(gaussian.scale()));
      node.set("left", number(gaussian.left()));
      node.set("right", number(gaussian.right()));
    } else if (fitted instanceof Fitted.Bucketize bucketize) {
      boundaries(bucketize.boundaries(), node);
    } else if (fitted instanceof Fitted.Quantile quantile) {
      boundaries(quantile.boundaries(), node);
    } else if (fitted instanceof Fitted.Vocabulary vocabulary) {
      terms(vocabulary.terms(), node);
    } else if (fitted instanceof Fitted.TokenVocabulary vocabulary) {
      terms(vocabulary.terms(), node);
    } else if (fitted instanceof Fitted.Ranked ranked) {
      terms(ranked.terms(), node);
    } else if (fitted instanceof Fitted.TfIdf tfIdf) {
      ArrayNode documents = node.putArray("documents");
      tfIdf.documents().forEach(documents::add);
    } else if (fitted instanceof Fitted.Aggregate aggregate) {
      node.set("value", number(aggregate.value()));
    } else if (fitted instanceof Fitted.EqualWidth equalWidth) {
      node.set("min", number(equalWidth.min()));
      node.set("max", number(equalWidth.max()));
      boundaries(equalWidth.boundaries(), node);
      ArrayNode counts = node.putArray("counts");
      equalWidth.counts().forEach(counts::add);
    } else if (fitted instanceof Fitted.Pca pca) {
      numbers(pca.mean(), node.putArray("mean"));
      ArrayNode covariance = node.putArray("covariance");
      pca.covariance().forEach(row -> numbers(row, covariance.addArray()));
      ArrayNode components = node.putArray("components");
      pca.components().forEach(vector -> numbers(vector, components.addArray()));
    } else if (fitted instanceof Fitted.PerKey perKey) {
      constants(perKey.whole(), node);
      ArrayNode keys = node.putArray("keys");
      for (int i = 0; i < perKey.keys().size(); i++) {
        ObjectNode key = keys.addObject();
        key.set("key", term(perKey.keys().bytes(i)));
        constants(perKey.fitted().get(i), key);
      }
    }
  }

  private static void boundaries(List<Float> boundaries, ObjectNode node) {
    numbers(boundaries, node.putArray("boundaries"));
  }

  private static List<Float> boundaries(JsonNode node) {
    return numbers(node.required("boundaries"));
  }

  private static void numbers(List<Float> numbers, ArrayNode array) {
    numbers.forEach(number -> array.add(number(number)));
  }

  private static List<Float> numbers(JsonNode array) {
    List<Float> numbers = new ArrayList<>();
    for (JsonNode number : array) {
      numbers.add(number(number));
    }
    return numbers;
  }

  private static List<List<Float>> rows(JsonNode array) {
    List<List<Float>> rows = new ArrayList<>();
    for (JsonNode row : array) {
      rows.add(numbers(row));
    }
    return rows;
  }

  private static List<Long> counts(JsonNode array) {
    List<Long> counts = new ArrayList<>();
    array.forEach(count -> counts.add(count.longValue()));
    return counts;
  }

  private static void terms(Terms terms, ObjectNode node) {
    ArrayNode array = node.putArray("terms");
    for (int id = 0; id < terms.size(); id++) {
      array.add(term(terms.bytes(id)));
    }
  }

  private static Terms terms(JsonNode node) {
    List<byte[]> terms = new ArrayList<>();
    for (JsonNode term : node.required("terms")) {
      terms.add(term(term));
    }
    return Terms.ofBytes(terms);
  }

  private static JsonNode term(byte[] term) {
    try {
      return TextNode.valueOf(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(term)).toString());
    } catch (CharacterCodingException e) {
      return JSON.createObjectNode().put("base64", Base64.getEncoder().encodeToString(term));
    }
  }

  private static byte[] term(JsonNode term) {
    return term.isTextual()
        ? term.textValue().getBytes(StandardCharsets.UTF_8)
        : Base64.getDecoder().decode(term.required("base64").textValue());
  }

  private static Fitted fitted(JsonNode node) throws JsonProcessingException {
    return fitted(JSON.treeToValue(node.required("of"), Expr.class), node);
  }

  private static Fitted fitted(Expr of, JsonNode node) {
    long count = node.required("count").longValue();
    if (of instanceof Expr.ZScore zScore) {
      return new Fitted.ZScore(zScore, count, number(node, "mean"), number(node, "stddev"));
    } else if (of instanceof Expr.MinMax minMax) {
      return new Fitted.MinMax(minMax, count, number(node, "min"), number(node, "max"));
    } else if (of instanceof Scaling.Robust robust) {
      return new Fitted.Robust(
          robust, count, number(node, "median"), number(node, "lower"), number(node, "upper"));
    } else if (of instanceof Scaling.Gaussian gaussian) {
      return new Fitted.Gaussian(
          gaussian,
          count,
          number(node, "location"),
          number(node, "scale"),
          number(node, "left"),
          number(node, "right"));
    } else if (of instanceof Expr.Bucketize bucketize) {
      return new Fitted.Bucketize(bucketize, count, boundaries(node));
    } else if (of instanceof Scaling.Quantile quantile) {
      return new Fitted.Quantile(quantile, count, boundaries(node));
    } else if (of instanceof Expr.Vocabulary vocabulary) {
      return new Fitted.Vocabulary(vocabulary, count, terms(node));
    } else if (of instanceof IdList.Vocabulary vocabulary) {
      return new Fitted.TokenVocabulary(vocabulary, count, terms(node));
    } else if (of instanceof IdList.Ranked || of instanceof RankedVocabulary) {
      return new Fitted.Ranked(of, count, terms(node));
    } else if (of instanceof FixedVector.TfIdf tfIdf) {
      return new Fitted.TfIdf(tfIdf, count, counts(node.required("documents")));
    } else if (of instanceof Aggregate aggregate) {
      return new Fitted.Aggregate(aggregate, count, number(node, "value"));
    } else if (of instanceof EqualWidth equalWidth) {
      return new Fitted.EqualWidth(
          equalWidth,
          count,
          number(node, "min"),
          number(node, "max"),
          boundaries(node),
          counts(node.required("counts")));
    } else if (of instanceof FixedVector.Pca pca) {
      return new Fitted.Pca(
          pca,
          count,
          numbers(node.required("mean")),
          rows(node.required("covariance")),
          rows(node.required("components")));
    } else if (of instanceof Keyed keyed) {
      List<byte[]> keys = new ArrayList<>();
      List<Fitted> each = new ArrayList<>();
      for (JsonNode key : node.required("keys")) {
        keys.add(term(key.required("key")));
        each.add(fitted(keyed.of(), key));
      }
      return new Fitted.PerKey(keyed, fitted(keyed.of(), node), Terms.ofBytes(keys), each);
    }
    throw new IllegalArgumentException("%s has no constants to fit".formatted(of));
  }

  private static JsonNode number(float value) {
    return DecimalNode.valueOf(new BigDecimal(Decimal.text(value)));
  }

  private static float number(JsonNode node, String name) {
    return number(node.required(name));
  }

  private static float number(JsonNode node) {
    if (!node.isNumber()) {
      throw new IllegalArgumentException("%s is not a number".formatted(node));
    }
    return node.decimalValue().floatValue();
  }

  /** Writes a float as {@link Decimal} does, so that every JVM writes the same bytes. */
  private static final class FloatText extends JsonSerializer<Float> {
    @Override
    public void serialize(Float value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (Float.isFinite(value)) {
        json.writeNumber(new BigDecimal(Decimal.text(value)));
      } else {
        json.writeString(value.toString());
      }
    }
  }
}
