package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.model.PlanExport.EndsHereException;
import io.pergola.transform.Terms;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Texts and numbers that become ids, in ONNX. */
final class PlanTerms {
  /** Beyond every table: what the plan refuses, the graph refuses. */
  static final long NO_ID = 1L << 40;

  /** Float32 represents every whole number up to here. */
  private static final int WHOLE_NUMBERS = 1 << 24;

  /** The most keys of a look-up. */
  private static final int MOST_KEYS = 1 << 20;

  private final PlanSteps steps;
  private final PlanTokens.Texts texts;

  PlanTerms(PlanSteps steps, PlanTokens.Texts texts) {
    this.steps = steps;
    this.texts = texts;
  }

  String vocabulary(Expr e, Expr of, String text, Terms terms, int oovBuckets)
      throws EndsHereException {
    if (oovBuckets > 1) {
      throw texts.ends(
          e,
          "a vocabulary with %d out-of-vocabulary buckets hashes, and ONNX has no such hash"
              .formatted(oovBuckets));
    }
    long[] ids = new long[terms.size()];
    Arrays.setAll(ids, id -> id);
    return encoded(e, of, text, terms, ids, oovBuckets == 1 ? terms.size() : -1);
  }

  /** What stands beside each text; {@code other} beside those that are no terms. */
  String encoded(Expr e, Expr of, String text, Terms terms, long[] values, long other)
      throws EndsHereException {
    boolean lower = PlanTokens.isToBeLowered(of);
    List<String> keys = new ArrayList<>();
    List<Long> found = new ArrayList<>();
    for (int id = 0; id < terms.size(); id++) {
      String term = utf8(e, terms.bytes(id));
      List<String> spellings = List.of(term);
      if (lower) {
        spellings =
            Spellings.of(term, MOST_KEYS - keys.size())
                .orElseThrow(
                    () ->
                        texts.ends(
                            e,
                            "too many texts become '%s' in small letters, or not by its letters alone"
                                .formatted(term)));
      }
      keys.addAll(spellings);
      found.addAll(Collections.nCopies(spellings.size(), values[id]));
    }
    if (keys.isEmpty()) {
      keys.add(FullGraph.MISSING_TEXT);
      found.add(other);
    }
    return steps.encode(
        lower ? lowered(text) : text,
        keys,
        found.stream().mapToLong(Long::longValue).toArray(),
        other);
  }

  String utf8(Expr e, byte[] term) throws EndsHereException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(term)).toString();
      if (text.equals(FullGraph.MISSING_TEXT) || text.indexOf('\0') >= 0) {
        throw texts.ends(e, "a term has U+FFFF or U+0000, which a text in ONNX cannot carry");
      }
      return text;
    } catch (CharacterCodingException malformed) {
      throw texts.ends(e, "a term is not UTF-8, and a text in ONNX is");
    }
  }

  /** Numbers as ids; {@code bad} for one that the plan refuses. */
  String identity(Expr e, String x, int size, long bad) throws EndsHereException {
    if (size > WHOLE_NUMBERS) {
      throw texts.ends(e, "float32 does not have every id above %d".formatted(WHOLE_NUMBERS));
    }
    String zero = steps.constant(0);
    String valid =
        steps.add(
            "And",
            steps.add(
                "And",
                steps.add("GreaterOrEqual", x, zero),
                steps.add("Less", x, steps.constant(size))),
            steps.add("Equal", x, steps.add("Floor", x)));
    String id = steps.cast(steps.where(valid, x, zero), PlanSteps.INT64);
    return steps.where(valid, id, steps.integer(bad));
  }

  /** Tokens with their ASCII letters small, to be looked up. */
  private String lowered(String values) {
    String flat = steps.reshape(values, -1);
    String small =
        steps
            .nodes()
            .add(
                "StringNormalizer",
                List.of(flat),
                OnnxNodes.text("case_change_action", "LOWER"),
                OnnxNodes.integer("is_case_sensitive", 1),
                OnnxNodes.text("locale", "C"));
    String dotted =
        steps
            .nodes()
            .add(
                "RegexFullMatch",
                List.of(flat),
                OnnxNodes.text("pattern", Separators.anyOf(List.of(Spellings.DOTTED_I))));
    return steps.reshape(steps.where(dotted, flat, small), -1, 1);
  }
}
