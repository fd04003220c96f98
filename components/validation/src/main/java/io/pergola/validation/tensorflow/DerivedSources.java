package io.pergola.validation.tensorflow;

import io.pergola.validation.DerivedSource;
import java.util.Optional;

/** What a feature was derived from, in schemas and in statistics. */
final class DerivedSources {
  private static final String FIELD = "validation_derived_source";

  private DerivedSources() {}

  static void put(Draft feature, DerivedSource from) {
    Draft to = feature.of(FIELD).put("deriver_name", from.deriver());
    if (!from.description().isEmpty()) {
      to.put("description", from.description());
    }
    from.sources().forEach(path -> to.add("source_path", Draft.path(to.of("source_path"), path)));
    feature.put(FIELD, to);
  }

  /** The source, if there is one; how a deriver was configured is not taken over, and noted. */
  static Optional<DerivedSource> read(Fields feature) {
    if (!feature.has(FIELD)) {
      return Optional.empty();
    }
    Fields in = feature.message(FIELD);
    return Optional.of(
        new DerivedSource(
            in.text("deriver_name"),
            in.text("description"),
            in.messages("source_path").stream()
                .map(path -> String.join(".", path.texts("step")))
                .toList()));
  }
}
