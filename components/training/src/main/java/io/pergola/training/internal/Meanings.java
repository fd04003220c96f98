package io.pergola.training.internal;

import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.PaddedIds;
import io.pergola.feature.RankedVocabulary;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the columns and ids of a plan's features stand for, in words: the same words, the same
 * meaning, whichever place another plan gives it. A word of a vocabulary stands for itself; numbers
 * and ids that an expression makes stand for its text, and fitted scales and boundaries do not
 * count.
 */
final class Meanings {
  private final FeaturePlan plan;
  private final TrainingFeatures features;
  private final Map<Expr, Terms> vocabularies = new HashMap<>();

  Meanings(FittedPlan fitted, TrainingFeatures features) {
    this.plan = fitted.plan();
    this.features = features;
    for (Fitted each : fitted.fitted()) {
      vocabulary(each).ifPresent(terms -> vocabularies.put(each.of(), terms));
    }
  }

  private static Optional<Terms> vocabulary(Fitted fitted) {
    if (fitted instanceof Fitted.Vocabulary vocabulary) {
      return Optional.of(vocabulary.terms());
    } else if (fitted instanceof Fitted.TokenVocabulary vocabulary) {
      return Optional.of(vocabulary.terms());
    }
    return fitted instanceof Fitted.Ranked ranked ? Optional.of(ranked.terms()) : Optional.empty();
  }

  /**
   * Of each column of an input of a network; a column of ids stands for its feature.
   *
   * @param input as {@link TrainingFeatures#columnsOf} knows it
   */
  List<String> columns(String input) {
    TrainingFeatures.Range range =
        features
            .columnsOf(input)
            .orElseThrow(
                () ->
                    new TrainingException(
                        "Cannot feed input '%s' of the network: no feature has that name. Rename it."
                            .formatted(input)));
    return columns().subList(range.from(), range.to());
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>();
    plan.dense()
        .forEach(
            (name, e) -> {
              if (e instanceof Expr.OfVector vector) {
                elements(vector).forEach(element -> columns.add(name + ": " + element));
              } else {
                columns.add(name + ": " + text(e));
              }
            });
    plan.categorical().keySet().forEach(name -> columns.add("id of " + name));
    plan.sequences()
        .forEach(
            (name, e) -> {
              for (int i = 0; i < e.length(); i++) {
                columns.add("id %d of %s".formatted(i, name));
              }
            });
    return columns;
  }

  private List<String> elements(Expr.OfVector vector) {
    Optional<Expr> ids = Optional.empty();
    if (vector instanceof FixedVector.MultiHot hot) {
      ids = Optional.of(hot.of());
    } else if (vector instanceof FixedVector.BagOfWords bag) {
      ids = Optional.of(bag.of());
    } else if (vector instanceof FixedVector.TfIdf tfIdf) {
      ids = Optional.of(tfIdf.of());
    } else if (vector instanceof FixedVector.OneHot hot) {
      ids = Optional.of(hot.of());
    }
    if (ids.isPresent()) {
      return ids(ids.get(), vector.width()).stream()
          .map(id -> vector.getClass().getSimpleName() + " " + id)
          .toList();
    }
    return numbered(text(vector), vector.width());
  }

  /** Of each row of a table of a categorical feature or a sequence, the last for a missing id. */
  List<String> rows(String feature) {
    Expr.OfCategory category = plan.categorical().get(feature);
    List<String> rows;
    if (category != null) {
      rows = new ArrayList<>(ids(category, category.size()));
    } else {
      Expr.OfSequence sequence = Objects.requireNonNull(plan.sequences().get(feature));
      Expr ids = sequence instanceof PaddedIds padded ? padded.of() : sequence;
      rows = new ArrayList<>(ids(ids, sequence.size()));
    }
    rows.add("missing");
    return rows;
  }

  /** Of each answer of a network. */
  List<String> answers() {
    Expr label = plan.labels().values().iterator().next();
    return label instanceof Expr.OfCategory category
        ? ids(category, category.size())
        : List.of(text(label));
  }

  /** Of each id in 0..size-1. */
  private List<String> ids(Expr e, int size) {
    if (e instanceof IdList.Distinct distinct) {
      return ids(distinct.of(), size);
    } else if (e instanceof IdList.First first) {
      return ids(first.of(), size);
    }
    Terms terms = vocabularies.get(e);
    if (terms == null) {
      return numbered(text(e), size);
    }
    int oov = size - topK(e);
    List<String> ids = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      if (id < terms.size()) {
        ids.add("%s '%s'".formatted(e.columns(), terms.text(id)));
      } else if (id < terms.size() + oov) {
        ids.add("%s other %d of %d".formatted(e.columns(), id - terms.size(), oov));
      } else {
        ids.add("unused " + id);
      }
    }
    return ids;
  }

  private static int topK(Expr e) {
    if (e instanceof Expr.Vocabulary vocabulary) {
      return vocabulary.topK();
    } else if (e instanceof RankedVocabulary ranked) {
      return ranked.topK();
    } else if (e instanceof IdList.Vocabulary vocabulary) {
      return vocabulary.topK();
    }
    return ((IdList.Ranked) e).topK();
  }

  /** The expression, and the vocabularies inside of it. */
  private String text(Expr e) {
    Map<String, Integer> inner = new LinkedHashMap<>();
    addVocabularies(e, inner);
    return inner.isEmpty() ? e.text() : e.text() + " with " + inner;
  }

  private void addVocabularies(Expr e, Map<String, Integer> found) {
    Terms terms = vocabularies.get(e);
    if (terms != null) {
      found.put(e.text(), terms.hashCode());
    }
    e.operands().forEach(operand -> addVocabularies(operand, found));
  }

  private static List<String> numbered(String text, int size) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ids.add("%s [%d]".formatted(text, i));
    }
    return ids;
  }
}
