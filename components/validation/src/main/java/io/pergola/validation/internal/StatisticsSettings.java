package io.pergola.validation.internal;

import io.pergola.validation.Slicing;
import io.pergola.validation.StatisticsGen.Crossing;
import io.pergola.validation.Tokens;
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
 * @param labelledSlices of each slicing
 * @param tokens as text
 */
record StatisticsSettings(
    String weight,
    List<String> slicings,
    int mostSlices,
    String crossed,
    String label,
    int labelledSlices,
    List<String> tokens) {
  StatisticsSettings {
    slicings = List.copyOf(slicings);
    tokens = List.copyOf(tokens);
  }

  static StatisticsSettings of(StatisticsRecipe recipe) {
    Crossing crossing = recipe.crossing();
    return new StatisticsSettings(
        recipe.weight() == null ? "" : recipe.weight(),
        recipe.slicings().stream().map(StatisticsSettings::text).toList(),
        recipe.mostSlices(),
        crossing == null ? "" : "pairs of " + crossing.features(),
        crossing == null || crossing.label() == null ? "" : crossing.label(),
        crossing == null ? 0 : crossing.labelledSlices(),
        recipe.tokens().stream().map(StatisticsSettings::text).toList());
  }

  /** Vocabularies by a checksum, since they are long. */
  private static String text(Tokens tokens) {
    return "%s of %s, vocabulary of %d (%08x), excluding %s, unknown %s, not in length %s, reporting %s"
        .formatted(
            tokens.unit() == Tokens.Unit.WORDS ? "words" : "values",
            tokens.feature(),
            tokens.vocabulary().size(),
            tokens.vocabulary().hashCode(),
            tokens.excluded(),
            tokens.outOfVocabulary(),
            tokens.notInLength(),
            tokens.reported());
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
    if (labelledSlices > 0) {
      parts.add("the label in %d slices".formatted(labelledSlices));
    }
    tokens.forEach(each -> parts.add("tokens: " + each));
    return parts.isEmpty() ? "plain" : String.join(", ", parts);
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(weight);
    write(slicings, out);
    out.writeInt(mostSlices);
    out.writeUTF(crossed);
    out.writeUTF(label);
    out.writeInt(labelledSlices);
    write(tokens, out);
  }

  private static void write(List<String> texts, DataOutput out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      out.writeUTF(text);
    }
  }

  static StatisticsSettings read(DataInput in) throws IOException {
    return new StatisticsSettings(
        in.readUTF(),
        readTexts(in),
        in.readInt(),
        in.readUTF(),
        in.readUTF(),
        in.readInt(),
        readTexts(in));
  }

  private static List<String> readTexts(DataInput in) throws IOException {
    List<String> texts = new ArrayList<>();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      texts.add(in.readUTF());
    }
    return texts;
  }
}
