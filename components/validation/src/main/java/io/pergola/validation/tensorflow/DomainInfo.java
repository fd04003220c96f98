package io.pergola.validation.tensorflow;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.FeatureType;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.SemanticDomain.Kind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What values mean, as TensorFlow's data validation says it in its statistics: a custom statistic
 * that holds the domain of a {@code Feature} as text, such as {@code url_domain {}}.
 */
final class DomainInfo {
  static final String NAME = "domain_info";

  private DomainInfo() {}

  /** The text for a domain, if the format knows it. */
  static Optional<String> write(SemanticDomain domain) {
    Draft feature = new Draft(Messages.FEATURE);
    switch (domain.kind()) {
      case NATURAL_LANGUAGE -> put(feature, "natural_language_domain");
      case IMAGE -> put(feature, "image_domain");
      case URL -> put(feature, "url_domain");
      case TIME -> {
        Draft time = feature.of("time_domain");
        Optional<Time.Unit> unit = unit(domain.format());
        if (unit.isPresent()) {
          time.choose("integer_format", unit.get().name());
        } else {
          time.put("string_format", domain.format());
        }
        feature.put("time_domain", time);
      }
      case CATEGORICAL_INTEGER ->
          feature.put("int_domain", feature.of("int_domain").putTrue("is_categorical"));
      case IDENTIFIER -> {
        return Optional.empty();
      }
    }
    return Optional.of(MessageFile.print(feature.done()).replaceAll("\\s+", " ").strip());
  }

  /** The domain that a text names, if Pergola knows it. */
  static Optional<SemanticDomain> read(String text, String feature, Notes notes) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(Messages.FEATURE);
    try {
      TextFormat.getParser().merge(text, builder);
    } catch (TextFormat.ParseException e) {
      notes.add("Not taken over: domain_info '%s' of feature '%s'.", text, feature);
      return Optional.empty();
    }
    Fields in = new Fields(builder.build(), "feature '%s'".formatted(feature), notes);
    Optional<SemanticDomain> found =
        in.has("natural_language_domain")
            ? Optional.of(of(Kind.NATURAL_LANGUAGE, ""))
            : in.has("image_domain")
                ? Optional.of(of(Kind.IMAGE, ""))
                : in.has("url_domain")
                    ? Optional.of(of(Kind.URL, ""))
                    : in.has("time_domain")
                        ? DomainReader.read(in, FeatureType.BYTES).map(time -> of((Time) time))
                        : in.has("int_domain")
                            ? Optional.of(of(Kind.CATEGORICAL_INTEGER, ""))
                            : Optional.empty();
    if (found.isEmpty()) {
      notes.add("Not taken over: domain_info '%s' of feature '%s'.", text, feature);
    }
    return found;
  }

  private static SemanticDomain of(Time time) {
    return of(
        Kind.TIME,
        time.format().orElseGet(() -> time.unit().orElseThrow().name().toLowerCase(Locale.ROOT)));
  }

  private static SemanticDomain of(Kind kind, String format) {
    return new SemanticDomain(kind, format, 1);
  }

  private static Optional<Time.Unit> unit(String format) {
    return Arrays.stream(Time.Unit.values())
        .filter(unit -> unit.name().toLowerCase(Locale.ROOT).equals(format))
        .findFirst();
  }

  private static void put(Draft feature, String field) {
    feature.put(field, feature.of(field));
  }
}
