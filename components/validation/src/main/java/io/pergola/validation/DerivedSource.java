package io.pergola.validation;

import java.util.List;

/**
 * Where a feature comes from that is not in the examples, but was derived from others for the sake
 * of statistics and validation: {@code DerivedFeatureSource} of {@code tensorflow.metadata.v0}.
 * Pergola derives none; statistics and schemas of other tools have such features.
 *
 * @param deriver the name of what derived it
 * @param description in words; may be empty
 * @param sources the features that it was derived from, by their paths
 */
public record DerivedSource(String deriver, String description, List<String> sources) {
  public DerivedSource {
    sources = List.copyOf(sources);
  }
}
