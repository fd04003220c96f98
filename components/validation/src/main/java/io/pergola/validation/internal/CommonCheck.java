package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CommonStatistics.NestLevel;
import io.pergola.validation.Domain.Embedding;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FixedShape;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.internal.Findings.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares the presence of a feature and its number of values with what is expected. */
final class CommonCheck {
  /** Far enough from 1 to be told apart when few of very many examples lack a feature. */
  private static final double NEARLY_ALL = 0.9999;

  private CommonCheck() {}

  static void check(Finding finding, CommonStatistics common) {
    checkPresence(finding, common);
    if (isNestedAsExpected(finding.expected(), common)) {
      checkValues(finding, common);
    } else {
      addNesting(finding, common);
    }
    finding.expected().shape().ifPresent(shape -> checkShape(finding, common, shape));
    if (finding.expected().domain().orElse(null) instanceof Embedding embedding) {
      checkEmbedding(finding, common, embedding);
    }
  }

  private static void checkPresence(Finding finding, CommonStatistics common) {
    FeatureSchema expected = finding.expected();
    Presence presence = expected.presence();
    if (common.present() < presence.minCount() && finding.all().slice().isEmpty()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_LOW_NUMBER_PRESENT,
          "Present in too few examples",
          "%s have it; the schema expects at least %d."
              .formatted(Findings.examples(common.present()), presence.minCount()),
          Action.RELAX_PRESENCE,
          expected.presence(new Presence(presence.minFraction(), common.present())));
    }
    double fraction = fractionPresent(common);
    boolean lacking = presence.minFraction() == 1 && common.missing() > 0;
    if (fraction < presence.minFraction() || lacking) {
      finding.add(
          AnomalyType.FEATURE_TYPE_LOW_FRACTION_PRESENT,
          "Present in too small a fraction of the examples",
          "%d of %s lack it, so that %s have it%s; the schema expects at least %s."
              .formatted(
                  common.missing(),
                  Findings.examples(common.examples()),
                  Findings.percent(fraction),
                  common.weighted().isPresent() ? " by weight" : "",
                  Findings.percent(presence.minFraction())),
          Action.RELAX_PRESENCE,
          expected.presence(
              new Presence(fraction == 1 ? NEARLY_ALL : fraction, presence.minCount())));
    }
  }

  /** By weight, where examples have weights. */
  private static double fractionPresent(CommonStatistics common) {
    return common
        .weighted()
        .filter(weighted -> weighted.present() + weighted.missing() > 0)
        .map(weighted -> weighted.present() / (weighted.present() + weighted.missing()))
        .orElse(common.fractionPresent());
  }

  /** Of a feature whose number of values the schema does not limit any depth is expected. */
  private static boolean isNestedAsExpected(FeatureSchema expected, CommonStatistics common) {
    int depth = Math.max(1, common.nesting().size());
    return expected.nestedValues().isEmpty()
        ? depth == 1 || expected.values().equals(ValueCounts.ANY)
        : depth == expected.nestedValues().size();
  }

  private static void addNesting(Finding finding, CommonStatistics common) {
    FeatureSchema expected = finding.expected();
    List<ValueCounts> found =
        common.nesting().stream()
            .map(level -> new ValueCounts(level.minValues(), level.maxValues()))
            .toList();
    List<ValueCounts> nested = found.size() > 1 ? found : List.of();
    finding.add(
        AnomalyType.VALUE_NESTEDNESS_MISMATCH,
        "Nested to another depth",
        "The values are lists of depth %d; the schema expects depth %d."
            .formatted(Math.max(1, found.size()), Math.max(1, expected.nestedValues().size())),
        Action.CHANGE_NESTING,
        expected
            .values(
                nested.isEmpty()
                    ? new ValueCounts(common.minValues(), common.maxValues())
                    : ValueCounts.ANY)
            .nestedValues(nested));
  }

  private static void checkValues(Finding finding, CommonStatistics common) {
    FeatureSchema expected = finding.expected();
    for (int level = 0; level < expected.nestedValues().size(); level++) {
      checkLevel(finding, common.nesting().get(level), level);
    }
    ValueCounts values = expected.values();
    if (common.minValues() < values.min()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_LOW_NUMBER_VALUES,
          "Too few values",
          "Some example has only %s; the schema expects at least %d."
              .formatted(Findings.count(common.minValues(), "value"), values.min()),
          Action.WIDEN_VALUES,
          expected.values(new ValueCounts(common.minValues(), values.max())));
    }
    if (common.maxValues() > values.max()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_HIGH_NUMBER_VALUES,
          "Too many values",
          "Some example has %s; the schema expects at most %d."
              .formatted(Findings.count(common.maxValues(), "value"), values.max()),
          Action.WIDEN_VALUES,
          expected.values(new ValueCounts(values.min(), common.maxValues())));
    }
  }

  private static void checkLevel(Finding finding, NestLevel found, int level) {
    ValueCounts values = finding.expected().nestedValues().get(level);
    if (found.minValues() < values.min()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_LOW_NUMBER_VALUES,
          "Too few values",
          "Some list of level %d has only %s; the schema expects at least %d."
              .formatted(level + 1, Findings.count(found.minValues(), "value"), values.min()),
          Action.WIDEN_VALUES,
          widened(finding.expected(), level, new ValueCounts(found.minValues(), values.max())));
    }
    if (found.maxValues() > values.max()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_HIGH_NUMBER_VALUES,
          "Too many values",
          "Some list of level %d has %s; the schema expects at most %d."
              .formatted(level + 1, Findings.count(found.maxValues(), "value"), values.max()),
          Action.WIDEN_VALUES,
          widened(finding.expected(), level, new ValueCounts(values.min(), found.maxValues())));
    }
  }

  private static FeatureSchema widened(FeatureSchema feature, int level, ValueCounts by) {
    List<ValueCounts> levels = new ArrayList<>(feature.nestedValues());
    levels.set(level, by);
    return feature.nestedValues(levels);
  }

  private static void checkShape(Finding finding, CommonStatistics common, FixedShape shape) {
    boolean fixed = common.minValues() == common.maxValues() && common.minValues() > 0;
    if (common.missing() == 0 && fixed && common.minValues() == shape.values()) {
      return;
    }
    String fact =
        common.missing() > 0
            ? "%d of %s lack it".formatted(common.missing(), Findings.examples(common.examples()))
            : counts(common);
    finding.add(
        AnomalyType.INVALID_FEATURE_SHAPE,
        "Not of the fixed shape",
        "%s; the schema expects %s in every example, of shape %s."
            .formatted(fact, Findings.count(shape.values(), "value"), shape.sizes()),
        Action.DROP_SHAPE,
        finding.expected().shape(Optional.empty()));
  }

  private static void checkEmbedding(
      Finding finding, CommonStatistics common, Embedding embedding) {
    if (common.minValues() == embedding.dimension()
        && common.maxValues() == embedding.dimension()) {
      return;
    }
    finding.add(
        AnomalyType.EMBEDDING_SHAPE_INVALID,
        "Not of the embedding's dimension",
        "%s; the schema expects an embedding of %d."
            .formatted(counts(common), embedding.dimension()),
        Action.DROP_DOMAIN,
        finding.expected().anyValue());
  }

  private static String counts(CommonStatistics common) {
    return common.minValues() == common.maxValues()
        ? "The examples have %s each".formatted(Findings.count(common.minValues(), "value"))
        : "The examples have %d to %d values".formatted(common.minValues(), common.maxValues());
  }
}
