package io.pergola.validation.internal;

import io.pergola.validation.Slicing;
import io.pergola.validation.StatisticsGen.Crossing;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a state was made by, as far as states must agree in it to be merged.
 *
 * @param weight the weight feature; empty for none
 * @param slicings as text
 * @param mostSlices of each slicing
 * @param crossed as text; empty for nothing across features
 * @param label empty for none
 */
record StatisticsSettings(
    String weight, List<String> slicings, int mostSlices, String crossed, String label) {
  StatisticsSettings {
    slicings = List.copyOf(slicings);
  }

  static StatisticsSettings of(StatisticsRecipe recipe) {
    Crossing crossing = recipe.crossing();
    return new StatisticsSettings(
        recipe.weight() == null ? "" : recipe.weight(),
        recipe.slicings().stream().map(StatisticsSettings::text).toList(),
        recipe.mostSlices(),
        crossing == null ? "" : "pairs of " + crossing.features(),
        crossing == null || crossing.label() == null ? "" : crossing.label());
  }

  private static String text(Slicing slicing) {
    List<String> terms = new ArrayList<>();
    slicing
        .terms()
        .forEach(
            term ->
                terms.add(
                    term.value() == null ? term.column() : term.column() + "=" + term.value()));
    return String.join(" x ", terms);
  }

  Optional<String> weightFeature() {
    return weight.isEmpty() ? Optional.empty() : Optional.of(weight);
  }

  Optional<String> labelFeature() {
    return label.isEmpty() ? Optional.empty() : Optional.of(label);
  }

  /** What is asked for beside the ordinary statistics, for people. */
  String text() {
    List<String> parts = new ArrayList<>();
    weightFeature().ifPresent(feature -> parts.add("weighted by '%s'".formatted(feature)));
    if (!slicings.isEmpty()) {
      parts.add("sliced by %s, at most %d".formatted(String.join(", ", slicings), mostSlices));
    }
    if (!crossed.isEmpty()) {
      parts.add(crossed);
    }
    labelFeature().ifPresent(feature -> parts.add("label '%s'".formatted(feature)));
    return parts.isEmpty() ? "plain" : String.join(", ", parts);
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(weight);
    out.writeInt(slicings.size());
    for (String slicing : slicings) {
      out.writeUTF(slicing);
    }
    out.writeInt(mostSlices);
    out.writeUTF(crossed);
    out.writeUTF(label);
  }

  static StatisticsSettings read(DataInput in) throws IOException {
    String weight = in.readUTF();
    List<String> slicings = new ArrayList<>();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      slicings.add(in.readUTF());
    }
    return new StatisticsSettings(weight, slicings, in.readInt(), in.readUTF(), in.readUTF());
  }
}
