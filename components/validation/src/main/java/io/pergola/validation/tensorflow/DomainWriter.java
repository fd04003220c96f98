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
import io.pergola.validation.Domain.Struct;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.TimeOfDay;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureType;

/** Puts domains into {@code Feature} messages. */
final class DomainWriter implements Domain.Cases<Draft> {
  private final Draft feature;
  private final FeatureType type;
  private final String name;
  private final Notes notes;

  DomainWriter(Draft feature, FeatureType type, String name, Notes notes) {
    this.feature = feature;
    this.type = type;
    this.name = name;
    this.notes = notes;
  }

  @Override
  public Draft intRange(IntRange domain) {
    Draft to = feature.of("int_domain");
    if (domain.min() != Long.MIN_VALUE) {
      to.put("min", domain.min());
    }
    if (domain.max() != Long.MAX_VALUE) {
      to.put("max", domain.max());
    }
    if (domain.meaning() == Meaning.CATEGORICAL) {
      to.putTrue("is_categorical");
    }
    return feature.put("int_domain", to);
  }

  @Override
  public Draft floatRange(FloatRange domain) {
    Draft to = feature.of("float_domain");
    if (domain.min() != Double.NEGATIVE_INFINITY) {
      float min = (float) domain.min();
      to.put("min", rounded(domain.min(), min > domain.min() ? Math.nextDown(min) : min));
    }
    if (domain.max() != Double.POSITIVE_INFINITY) {
      float max = (float) domain.max();
      to.put("max", rounded(domain.max(), max < domain.max() ? Math.nextUp(max) : max));
    }
    if (domain.nan() == Special.DISALLOWED) {
      to.putTrue("disallow_nan");
    }
    if (domain.infinity() == Special.DISALLOWED) {
      to.putTrue("disallow_inf");
    }
    return feature.put("float_domain", to);
  }

  private double rounded(double limit, float outward) {
    if (limit != outward) {
      notes.add(
          "The limit %s of feature '%s' becomes %s: limits have 32 bits there.",
          limit, name, outward);
    }
    return outward;
  }

  @Override
  public Draft strings(Strings domain) {
    return feature.put("string_domain", feature.of("string_domain").add("value", domain.values()));
  }

  @Override
  public Draft bool(Bool domain) {
    Draft to = feature.of("bool_domain");
    domain.trueValue().ifPresent(value -> to.put("true_value", value));
    domain.falseValue().ifPresent(value -> to.put("false_value", value));
    return feature.put("bool_domain", to);
  }

  @Override
  public Draft struct(Struct domain) {
    throw new IllegalStateException("A struct is no domain of values");
  }

  @Override
  public Draft naturalLanguage(NaturalLanguage domain) {
    Draft to = feature.of("natural_language_domain");
    domain.vocabulary().ifPresent(vocabulary -> to.put("vocabulary", vocabulary));
    Draft coverage = to.of("coverage");
    domain.minCoverage().ifPresent(min -> coverage.put("min_coverage", min));
    domain.minAverageTokenLength().ifPresent(min -> coverage.put("min_avg_token_length", min));
    coverage.add("excluded_string_tokens", domain.excludedTokens());
    coverage.add("oov_string_tokens", domain.outOfVocabularyTokens());
    if (!coverage.isEmpty()) {
      to.put("coverage", coverage);
    }
    domain
        .tokenConstraints()
        .forEach(each -> to.add("token_constraints", token(to.of("token_constraints"), each)));
    return feature.put("natural_language_domain", to);
  }

  /** Tokens are texts here; there, those of integers are integers. */
  private Draft token(Draft to, TokenConstraint from) {
    if (type == FeatureType.INT && from.token().matches("-?\\d{1,18}")) {
      to.put("int_value", Long.parseLong(from.token()));
    } else {
      to.put("string_value", from.token());
    }
    if (from.perSequence().min() > 0) {
      to.put("min_per_sequence", from.perSequence().min());
    }
    if (from.perSequence().max() != Long.MAX_VALUE) {
      to.put("max_per_sequence", from.perSequence().max());
    }
    from.minFraction().ifPresent(min -> to.put("min_fraction_of_sequences", min));
    from.maxFraction().ifPresent(max -> to.put("max_fraction_of_sequences", max));
    return to;
  }

  @Override
  public Draft image(Image domain) {
    Draft to = feature.of("image_domain");
    domain.minSupportedFraction().ifPresent(min -> to.put("minimum_supported_image_fraction", min));
    domain.maxBytes().ifPresent(max -> to.put("max_image_byte_size", max));
    return feature.put("image_domain", to);
  }

  @Override
  public Draft url(Url domain) {
    return feature.put("url_domain", feature.of("url_domain"));
  }

  @Override
  public Draft mid(Mid domain) {
    return feature.put("mid_domain", feature.of("mid_domain"));
  }

  @Override
  public Draft time(Time domain) {
    Draft to = feature.of("time_domain");
    domain.format().ifPresent(format -> to.put("string_format", format));
    domain.unit().ifPresent(unit -> to.choose("integer_format", unit.name()));
    return feature.put("time_domain", to);
  }

  @Override
  public Draft timeOfDay(TimeOfDay domain) {
    return feature.put(
        "time_of_day_domain",
        feature.of("time_of_day_domain").put("string_format", domain.format()));
  }

  @Override
  public Draft embedding(Embedding domain) {
    return feature.put(
        "float_domain",
        feature
            .of("float_domain")
            .putTrue("is_embedding")
            .put("embedding_dim", domain.dimension()));
  }
}
