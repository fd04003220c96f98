package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TextMeasure;
import io.pergola.feature.TextReplace;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What a plan computes of texts, once a dictionary entry. */
final class Texts {
  private Texts() {}

  static UnaryOperator<String> of(TextFunction.Name function) {
    return switch (function) {
      case LOWER -> text -> text.toLowerCase(Locale.ROOT);
      case STRIP -> String::strip;
      case NFC -> text -> Normalizer.normalize(text, Normalizer.Form.NFC);
      case UPPER -> text -> text.toUpperCase(Locale.ROOT);
      case NFKC -> text -> Normalizer.normalize(text, Normalizer.Form.NFKC);
    };
  }

  static BytesColumn map(BytesColumn x, TextFunction.Name function) {
    UnaryOperator<String> of = of(function);
    return Vectors.text(x, i -> of.apply(entry(x, i)));
  }

  static BytesColumn replace(BytesColumn x, TextReplace e) {
    Pattern pattern = Pattern.compile(e.pattern(), e.flags());
    return Vectors.text(x, i -> pattern.matcher(entry(x, i)).replaceAll(e.replacement()));
  }

  static FloatColumn measure(BytesColumn x, TextMeasure.Unit unit) {
    float[] counts = new float[x.entryCount()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = measure(entry(x, i), unit);
    }
    return new FloatColumn("", x.rows(), counts, x.ids(), x.presence(), null);
  }

  static float measure(String text, TextMeasure.Unit unit) {
    return switch (unit) {
      case CHARACTERS -> text.codePointCount(0, text.length());
      case WORDS -> words(text);
    };
  }

  /** 1 where an entry is one of some texts, else 0. */
  static FloatColumn is(BytesColumn x, Terms values) {
    float[] truths = new float[x.entryCount()];
    int[] offsets = x.entryOffsets();
    for (int i = 0; i < truths.length; i++) {
      truths[i] = values.find(x.data(), offsets[i], offsets[i + 1] - offsets[i]) < 0 ? 0 : 1;
    }
    return new FloatColumn("", x.rows(), truths, x.ids(), x.presence(), null);
  }

  /** An entry decoded as UTF-8; malformed bytes become U+FFFD. */
  static String entry(BytesColumn x, int i) {
    int from = x.entryOffsets()[i];
    return new String(x.data(), from, x.entryOffsets()[i + 1] - from, StandardCharsets.UTF_8);
  }

  private static int words(String text) {
    int words = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      // White space is one char each.
      boolean space = Character.isWhitespace(text.charAt(i));
      if (!space && !inside) {
        words++;
      }
      inside = !space;
    }
    return words;
  }
}
