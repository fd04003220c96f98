package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.SemanticDomain.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What statistics say about the meaning of values, in terms of a schema. */
final class SemanticStatistics {
  private SemanticStatistics() {}

  /** The fraction of the values that are images of a known format, if any are. */
  static OptionalDouble supportedImages(FeatureStatistics feature) {
    return feature
        .semanticDomain()
        .filter(domain -> domain.kind() == Kind.IMAGE)
        .map(domain -> OptionalDouble.of(domain.share()))
        .orElse(OptionalDouble.empty());
  }

  /** The domain that the values in all splits show, if it is the same in all with values. */
  static Optional<Domain> domain(List<FeatureStatistics> splits) {
    List<FeatureStatistics> withValues =
        splits.stream().filter(feature -> feature.common().totalValues() > 0).toList();
    Set<Optional<Domain>> domains =
        withValues.stream().map(SemanticStatistics::domain).collect(Collectors.toSet());
    return domains.size() == 1 ? domains.iterator().next() : Optional.empty();
  }

  private static Optional<Domain> domain(FeatureStatistics feature) {
    return feature.semanticDomain().flatMap(domain -> domain(domain, feature.type()));
  }

  private static Optional<Domain> domain(SemanticDomain found, ColumnType type) {
    return switch (found.kind()) {
      case NATURAL_LANGUAGE -> Optional.of(NaturalLanguage.ANY);
      case IMAGE -> Optional.of(Image.ANY);
      case URL -> Optional.of(new Url());
      case TIME -> time(found.format(), type);
      case CATEGORICAL_INTEGER ->
          Optional.of(new IntRange(Long.MIN_VALUE, Long.MAX_VALUE, Meaning.CATEGORICAL));
      case IDENTIFIER -> Optional.empty();
    };
  }

  private static Optional<Domain> time(String format, ColumnType type) {
    if (type == ColumnType.TEXT) {
      return Optional.of(new Time(Optional.of(format), Optional.empty()));
    }
    return type == ColumnType.INT
        ? Arrays.stream(Time.Unit.values())
            .filter(unit -> unit.name().equals(format.toUpperCase(Locale.ROOT)))
            .findFirst()
            .map(unit -> new Time(Optional.empty(), Optional.of(unit)))
        : Optional.empty();
  }
}
