package io.pergola.validation.tensorflow;

import io.pergola.validation.Domain;
import io.pergola.validation.FeatureType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The domains of a {@code Schema} message that features refer to by name. */
final class SharedDomains {
  private static final List<String> FIELDS = List.of("string_domain", "int_domain", "float_domain");

  private record Shared(String field, Fields message) {}

  private final Map<String, Shared> domains = new LinkedHashMap<>();
  private final Map<String, Integer> uses = new LinkedHashMap<>();
  private final Notes notes;

  SharedDomains(Fields schema) {
    notes = schema.notes();
    for (String field : FIELDS) {
      for (Fields message : schema.messages(field)) {
        String name = message.text("name");
        message.about("%s '%s'".formatted(field, name));
        domains.put(name, new Shared(field, message));
      }
    }
  }

  /** The domain of a name. */
  Domain find(String name, FeatureType type) {
    Shared shared = domains.get(name);
    if (shared == null) {
      throw new IllegalArgumentException(
          "its domain '%s' is not there (there are %s)"
              .formatted(name, domains.isEmpty() ? "none" : String.join(", ", domains.keySet())));
    }
    uses.merge(name, 1, Integer::sum);
    return switch (shared.field()) {
      case "string_domain" -> DomainReader.strings(shared.message());
      case "int_domain" -> DomainReader.integers(shared.message());
      default -> DomainReader.floats(shared.message(), type);
    };
  }

  /** Notes what becomes of the fact that they are shared. */
  void finish() {
    domains.forEach(
        (name, shared) -> {
          int count = uses.getOrDefault(name, 0);
          if (count == 0) {
            shared.message().skip("value");
            notes.add("Not taken over: %s '%s', which no feature uses.", shared.field(), name);
          } else if (count > 1) {
            notes.add(
                "The %d features with domain '%s' have a copy of it each: from now on one can change without the others.",
                count, name);
          }
        });
  }
}
