package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.ValueCount;
import io.pergola.validation.internal.Findings.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Compares text with its domain: the values that the statistics keep. */
final class TextDomainCheck {
  private static final int NAMED = 10;

  private TextDomainCheck() {}

  static void check(Finding finding, TextFeature text, Domain domain) {
    if (domain instanceof Strings strings) {
      checkStrings(finding, text, strings);
    } else if (domain instanceof IntRange range) {
      checkInts(finding, text, range);
    } else if (domain instanceof FloatRange range) {
      checkFloats(finding, text, range);
    } else if (domain instanceof Bool bool) {
      checkBool(finding, text, bool);
    }
  }

  private static void checkInts(Finding finding, TextFeature feature, IntRange range) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (ValueCount value : feature.ranks()) {
      OptionalLong number = TextNumbers.integer(value.value());
      if (number.isEmpty()) {
        finding.add(
            AnomalyType.INT_TYPE_NOT_INT_STRING,
            "Text that is not an integer",
            "'%s' (%s) is not an integer; the schema expects integers as text."
                .formatted(value.value(), DomainCheck.share(value.count(), feature)),
            Action.DROP_DOMAIN,
            finding.expected().anyValue());
        return;
      }
      min = Math.min(min, number.getAsLong());
      max = Math.max(max, number.getAsLong());
    }
    DomainCheck.checkInts(finding, min, max, range);
  }

  private static void checkFloats(Finding finding, TextFeature feature, FloatRange range) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    long nans = 0;
    long infinities = 0;
    for (ValueCount value : feature.ranks()) {
      OptionalDouble number = TextNumbers.number(value.value());
      if (number.isEmpty()) {
        finding.add(
            AnomalyType.FLOAT_TYPE_STRING_NOT_FLOAT,
            "Text that is not a number",
            "'%s' (%s) is not a number; the schema expects numbers as text."
                .formatted(value.value(), DomainCheck.share(value.count(), feature)),
            Action.DROP_DOMAIN,
            finding.expected().anyValue());
        return;
      }
      double x = number.getAsDouble();
      nans += Double.isNaN(x) ? value.count() : 0;
      infinities += Double.isInfinite(x) ? value.count() : 0;
      min = Double.isNaN(x) ? min : Math.min(min, x);
      max = Double.isNaN(x) ? max : Math.max(max, x);
    }
    DomainCheck.checkFloats(finding, min, max, range);
    FeatureSchema expected = finding.expected();
    if (nans > 0 && range.nan() == Special.DISALLOWED) {
      finding.add(
          AnomalyType.FLOAT_TYPE_HAS_NAN,
          "NaN values",
          "%s NaN (%s); the schema expects none."
              .formatted(DomainCheck.are(nans), DomainCheck.share(nans, feature)),
          Action.WIDEN_DOMAIN,
          expected.domain(
              new FloatRange(range.min(), range.max(), Special.ALLOWED, range.infinity())));
    }
    if (infinities > 0 && range.infinity() == Special.DISALLOWED) {
      finding.add(
          AnomalyType.FLOAT_TYPE_HAS_INF,
          "Infinite values",
          "%s infinite (%s); the schema expects none."
              .formatted(DomainCheck.are(infinities), DomainCheck.share(infinities, feature)),
          Action.WIDEN_DOMAIN,
          expected.domain(new FloatRange(range.min(), range.max(), range.nan(), Special.ALLOWED)));
    }
  }

  private static void checkBool(Finding finding, TextFeature feature, Bool bool) {
    List<String> known =
        Stream.of(bool.trueValue(), bool.falseValue()).flatMap(Optional::stream).toList();
    for (ValueCount value : feature.ranks()) {
      if (!known.contains(value.value())) {
        finding.add(
            AnomalyType.BOOL_TYPE_UNEXPECTED_STRING,
            "Values that are not true or false",
            "'%s' (%s) is neither true nor false; the schema expects %s."
                .formatted(
                    value.value(),
                    DomainCheck.share(value.count(), feature),
                    String.join(" and ", known.stream().map("'%s'"::formatted).toList())),
            Action.DROP_DOMAIN,
            finding.expected().anyValue());
        return;
      }
    }
  }

  private static void checkStrings(Finding finding, TextFeature feature, Strings strings) {
    if (feature.invalidUtf8() > 0) {
      finding.add(
          AnomalyType.ENUM_TYPE_INVALID_UTF8,
          "Values that are not UTF-8",
          "%s not UTF-8 (%s); the schema expects %d strings."
              .formatted(
                  DomainCheck.are(feature.invalidUtf8()),
                  DomainCheck.share(feature.invalidUtf8(), feature),
                  strings.values().size()),
          Action.DROP_DOMAIN,
          finding.expected().anyValue());
      return;
    }
    Set<String> known = new HashSet<>(strings.values());
    List<ValueCount> unexpected =
        feature.ranks().stream().filter(value -> !known.contains(value.value())).toList();
    boolean all = feature.ranks().size() == feature.unique();
    if (isAccepted(finding.expected(), feature, unexpected, strings)) {
      return;
    }
    FeatureSchema expected = finding.expected();
    List<String> accepted = new ArrayList<>(strings.values());
    unexpected.forEach(value -> accepted.add(value.value()));
    FeatureSchema widened =
        expected.domain(new Strings(accepted)).minDomainMass(expected.minDomainMass());
    finding.add(
        AnomalyType.ENUM_TYPE_UNEXPECTED_STRING_VALUES,
        "Unexpected string values",
        "The values have strings that are not among the %d of the schema: %s.%s"
            .formatted(
                strings.values().size(),
                named(feature, unexpected),
                mass(expected, feature, unexpected)),
        all ? Action.WIDEN_DOMAIN : Action.DROP_DOMAIN,
        all ? widened : expected.anyValue());
  }

  private static boolean isAccepted(
      FeatureSchema expected, TextFeature feature, List<ValueCount> unexpected, Strings strings) {
    double maxOff = 1 - expected.minDomainMass().orElse(1);
    if (maxOff > 0) {
      return (double) off(unexpected) / feature.common().totalValues() <= maxOff;
    }
    boolean all = feature.ranks().size() == feature.unique();
    return unexpected.isEmpty() && (all || feature.unique() <= strings.values().size());
  }

  private static long off(List<ValueCount> unexpected) {
    return unexpected.stream().mapToLong(ValueCount::count).sum();
  }

  private static String mass(
      FeatureSchema expected, TextFeature feature, List<ValueCount> unexpected) {
    return expected.minDomainMass().isEmpty()
        ? ""
        : " Together they are %s; the schema expects at least %s to be among them."
            .formatted(
                DomainCheck.share(off(unexpected), feature),
                Findings.percent(expected.minDomainMass().getAsDouble()));
  }

  private static String named(TextFeature feature, List<ValueCount> unexpected) {
    List<String> named = new ArrayList<>();
    for (ValueCount value : unexpected.subList(0, Math.min(NAMED, unexpected.size()))) {
      named.add("'%s' (%s)".formatted(value.value(), DomainCheck.share(value.count(), feature)));
    }
    if (unexpected.size() > NAMED || feature.ranks().size() != feature.unique()) {
      named.add("and others");
    }
    return String.join(", ", named);
  }
}
