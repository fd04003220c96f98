package io.pergola.validation.tensorflow;

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
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.TimeOfDay;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes domains of those that stand in a {@code Feature} message. */
final class DomainReader {
  private static final String UNKNOWN = "FORMAT_UNKNOWN";

  private DomainReader() {}

  /** The domain of a feature, other than a struct or one that is referred to by name. */
  static Optional<Domain> read(Fields in, FeatureType type) {
    if (in.has("int_domain")) {
      return Optional.of(integers(in.message("int_domain")));
    }
    if (in.has("float_domain")) {
      return Optional.of(floats(in.message("float_domain"), type));
    }
    if (in.has("string_domain")) {
      return Optional.of(strings(in.message("string_domain")));
    }
    if (in.has("bool_domain")) {
      return bool(in.message("bool_domain"), type);
    }
    if (in.has("natural_language_domain")) {
      return Optional.of(language(in.message("natural_language_domain")));
    }
    if (in.has("image_domain")) {
      Fields image = in.message("image_domain");
      return Optional.of(
          new Image(
              decimal(image, "minimum_supported_image_fraction"),
              image.optionalWhole("max_image_byte_size")));
    }
    if (in.has("mid_domain")) {
      in.skip("mid_domain");
      return Optional.of(new Mid());
    }
    if (in.has("url_domain")) {
      in.skip("url_domain");
      return Optional.of(new Url());
    }
    if (in.has("time_domain")) {
      return time(in.message("time_domain"));
    }
    if (in.has("time_of_day_domain")) {
      return timeOfDay(in.message("time_of_day_domain"));
    }
    return Optional.empty();
  }

  static Domain integers(Fields in) {
    in.skip("name");
    return new IntRange(
        in.optionalWhole("min").orElse(Long.MIN_VALUE),
        in.optionalWhole("max").orElse(Long.MAX_VALUE),
        in.truth("is_categorical") ? Meaning.CATEGORICAL : Meaning.ORDINAL);
  }

  /** The limits keep the exact values of their 32 bits, so that a value equal to one is within. */
  static Domain floats(Fields in, FeatureType type) {
    in.skip("name");
    if (in.truth("is_embedding") && in.whole("embedding_dim") > 0 && type == FeatureType.FLOAT) {
      return new Embedding(in.whole("embedding_dim"));
    }
    if (in.truth("is_embedding")) {
      in.notes().add("Not taken over: is_embedding of %s, without embedding_dim.", in.subject());
    }
    if (in.truth("is_categorical")) {
      in.notes().add("Not taken over: is_categorical of %s.", in.subject());
    }
    return new FloatRange(
        in.optionalNumber("min").orElse(Double.NEGATIVE_INFINITY),
        in.optionalNumber("max").orElse(Double.POSITIVE_INFINITY),
        in.truth("disallow_nan") ? Special.DISALLOWED : Special.ALLOWED,
        in.truth("disallow_inf") ? Special.DISALLOWED : Special.ALLOWED);
  }

  static Domain strings(Fields in) {
    in.skip("name");
    if (!in.constant("is_categorical").equals("CATEGORICAL_NO")) {
      return new Strings(in.texts("value"));
    }
    in.notes().add("Not taken over: is_categorical of %s.", in.subject());
    return new Strings(in.texts("value"));
  }

  private static Optional<Domain> bool(Fields in, FeatureType type) {
    in.skip("name");
    Bool named = new Bool(in.optionalText("true_value"), in.optionalText("false_value"));
    if (named.fits(type)) {
      return Optional.of(named);
    }
    if (Bool.OF_NUMBERS.fits(type)) {
      in.notes().add("Not taken over: the texts of true and false of %s, a number.", in.subject());
      return Optional.of(Bool.OF_NUMBERS);
    }
    in.notes()
        .add(
            "Not taken over: bool_domain of %s, which says neither what is true nor what is false.",
            in.subject());
    return Optional.empty();
  }

  private static Domain language(Fields in) {
    Fields coverage = in.message("coverage");
    List<String> excluded = new ArrayList<>(coverage.texts("excluded_string_tokens"));
    excluded.addAll(coverage.wholes("excluded_int_tokens"));
    List<TokenConstraint> constraints = new ArrayList<>();
    for (Fields each : in.messages("token_constraints")) {
      constraints.add(
          new TokenConstraint(
              each.has("int_value")
                  ? Long.toString(each.whole("int_value"))
                  : each.text("string_value"),
              new ValueCounts(
                  each.whole("min_per_sequence"),
                  each.optionalWhole("max_per_sequence").orElse(Long.MAX_VALUE)),
              decimal(each, "min_fraction_of_sequences"),
              decimal(each, "max_fraction_of_sequences")));
    }
    return new NaturalLanguage(
        in.optionalText("vocabulary"),
        decimal(coverage, "min_coverage"),
        decimal(coverage, "min_avg_token_length"),
        excluded,
        coverage.texts("oov_string_tokens"),
        constraints);
  }

  private static Optional<Domain> time(Fields in) {
    if (in.has("string_format")) {
      return Optional.of(new Time(in.optionalText("string_format"), Optional.empty()));
    }
    String unit = in.constant("integer_format");
    if (unit.equals(UNKNOWN)) {
      in.notes().add("Not taken over: time_domain of %s, without a format.", in.subject());
      return Optional.empty();
    }
    return Optional.of(new Time(Optional.empty(), Optional.of(Time.Unit.valueOf(unit))));
  }

  private static Optional<Domain> timeOfDay(Fields in) {
    if (in.has("string_format")) {
      return Optional.of(new TimeOfDay(in.text("string_format")));
    }
    in.notes()
        .add(
            "Not taken over: time_of_day_domain of %s: only times of day that are text can be.",
            in.subject());
    in.skip("integer_format");
    return Optional.empty();
  }

  private static OptionalDouble decimal(Fields in, String field) {
    return in.has(field) ? OptionalDouble.of(in.decimal(field)) : OptionalDouble.empty();
  }
}
