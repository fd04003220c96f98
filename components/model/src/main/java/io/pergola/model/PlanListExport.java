package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.ListMeasure;
import io.pergola.feature.NumberList;
import io.pergola.feature.PaddedIds;
import io.pergola.model.PlanExport.EndsHereException;
import io.pergola.model.PlanSteps.Column;
import io.pergola.model.RaggedLists.Ragged;
import io.pergola.transform.Fitted;
import io.pergola.transform.Terms;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What plans make of lists, in ONNX. */
final class PlanListExport {
  private final PlanExport plan;
  private final PlanSteps steps;
  private final PlanNumbers numbers;
  private final PlanLists vectors;
  private final RaggedLists lists;
  private final PlanTokens splitting;
  private final Set<String> ofOneWidth;
  private final Map<Expr, Ragged> done = new HashMap<>();

  /**
   * @param ofOneWidth columns of lists that enter as {@link PlanLists} has them
   */
  PlanListExport(
      PlanExport plan,
      PlanSteps steps,
      PlanNumbers numbers,
      RaggedLists lists,
      Set<String> ofOneWidth) {
    this.plan = plan;
    this.steps = steps;
    this.numbers = numbers;
    this.lists = lists;
    this.ofOneWidth = ofOneWidth;
    vectors = new PlanLists(steps);
    splitting = new PlanTokens(steps, lists, plan);
  }

  /** Ids of a fixed number, int64 [n, length]; the size of the feature is padding. */
  String sequence(PaddedIds e) throws EndsHereException {
    Ragged list = ids(e.of());
    String isKnown = steps.not(steps.add("Less", list.values(), steps.integer(0)));
    String value = lists.padded(lists.filter(list, isKnown), e.length(), steps.longs(e.size()));
    return list.present()
        .map(present -> steps.where(present, value, steps.integer(e.size())))
        .orElse(value);
  }

  /** A vector that is made of a list or a text. */
  Column vector(Expr.OfVector e) throws EndsHereException {
    if (e instanceof FixedVector.PaddedNumbers padded) {
      return padded(padded);
    } else if (e instanceof FixedVector.Embedding embedding) {
      return embedding(embedding);
    } else if (e instanceof FixedVector.MultiHot multiHot) {
      Ragged ids = ids(multiHot.of());
      return listColumn(ids, lists.table(ids, e.width(), "max"));
    } else if (e instanceof FixedVector.BagOfWords bag) {
      Ragged ids = ids(bag.of());
      return listColumn(ids, lists.table(ids, e.width(), "add"));
    } else if (e instanceof FixedVector.TfIdf tfIdf) {
      Ragged ids = ids(tfIdf.of());
      String weights = steps.row(((Fitted.TfIdf) plan.fitted(e)).weights());
      String counts = lists.table(ids, e.width(), "add");
      String share = steps.add("Div", counts, steps.cast(lists.count(ids), PlanSteps.FLOAT));
      String none = steps.add("Equal", counts, steps.constant(0));
      String value = steps.where(none, steps.constant(0), steps.add("Mul", share, weights));
      return listColumn(ids, value);
    }
    throw plan.ends(e, PlanExport.NO_FORM);
  }

  static Column listColumn(Ragged list, String value) {
    return new Column(value, list.present(), false);
  }

  private Column padded(FixedVector.PaddedNumbers e) throws EndsHereException {
    Optional<String> column = PlanLists.column(e.of());
    if (column.filter(ofOneWidth::contains).isPresent()) {
      return vectors.padded(e, column.get(), numbers);
    }
    Ragged list = numbers(e.of());
    return listColumn(list, lists.padded(list, e.width(), steps.floats(e.value())));
  }

  private Column embedding(FixedVector.Embedding e) throws EndsHereException {
    int width = e.width();
    List<String> terms = e.table().terms();
    long[] places = new long[terms.size()];
    Arrays.setAll(places, i -> i);
    float[] vectorsOfTerms = e.table().numbers();
    if (e.of() instanceof Expr.OfTokens of) {
      Ragged list = tokens(of);
      String found =
          plan.terms()
              .encoded(e, of, list.values(), Terms.of(terms.toArray(String[]::new)), places, -1);
      return listColumn(
          list, lists.mean(list.with(found), steps.table(vectorsOfTerms, width), width));
    }
    Expr.OfText of = (Expr.OfText) e.of();
    Column text = plan.column(of);
    float[] table = Arrays.copyOf(vectorsOfTerms, vectorsOfTerms.length + width);
    String found =
        plan.terms()
            .encoded(
                e, of, text.value(), Terms.of(terms.toArray(String[]::new)), places, terms.size());
    return text.with(steps.lookUp(table, width, found));
  }

  /** The tokens of an expression, as they were written. */
  Ragged tokens(Expr.OfTokens e) throws EndsHereException {
    Ragged known = done.get(e);
    if (known == null) {
      known = splitting.tokens(e);
      done.put(e, known);
    }
    return known;
  }

  /** The numbers of an expression. */
  private Ragged numbers(Expr.OfNumbers e) throws EndsHereException {
    Ragged known = done.get(e);
    if (known == null) {
      known = computeNumbers(e);
      done.put(e, known);
    }
    return known;
  }

  private Ragged computeNumbers(Expr.OfNumbers e) throws EndsHereException {
    if (e instanceof NumberList.Column column) {
      String kept = steps.not(steps.add("IsNaN", column.column()));
      return lists.ofColumn(column.column(), kept, steps.constant(0));
    } else if (e instanceof NumberList.Arithmetic arithmetic) {
      Ragged x = numbers(arithmetic.of());
      return x.with(
          numbers.arithmetic(
              arithmetic.operator(), x.values(), steps.constant(arithmetic.value())));
    } else if (e instanceof NumberList.Function function) {
      Ragged x = numbers(function.of());
      return x.with(numbers.function(function.function(), x.values()));
    } else if (e instanceof NumberList.First first) {
      return lists.first(numbers(first.of()), first.count());
    }
    throw plan.ends(e, PlanExport.NO_FORM);
  }

  /** The ids of an expression, int64, -1 out of a vocabulary. */
  private Ragged ids(Expr.OfIds e) throws EndsHereException {
    Ragged known = done.get(e);
    if (known == null) {
      known = computeIds(e);
      done.put(e, known);
    }
    return known;
  }

  private Ragged computeIds(Expr.OfIds e) throws EndsHereException {
    if (e instanceof IdList.Vocabulary vocabulary) {
      Terms terms = ((Fitted.TokenVocabulary) plan.fitted(e)).terms();
      return tokenIds(e, vocabulary.of(), terms, vocabulary.oovBuckets());
    } else if (e instanceof IdList.Ranked ranked) {
      Terms terms = ((Fitted.Ranked) plan.fitted(e)).terms();
      return tokenIds(e, ranked.of(), terms, ranked.oovBuckets());
    } else if (e instanceof IdList.Hash hash) {
      if (hash.buckets() > 1) {
        throw plan.ends(e, PlanExport.NO_HASH);
      }
      Ragged list = tokens(hash.of());
      return list.with(steps.add("Mul", list.rows(), steps.integer(0)));
    } else if (e instanceof IdList.Identity identity) {
      Ragged list = numbers(identity.of());
      return list.with(plan.terms().identity(e, list.values(), identity.size(), PlanTerms.NO_ID));
    } else if (e instanceof IdList.Distinct distinct) {
      Ragged list = ids(distinct.of());
      String numbersOfIds = steps.add("Add", list.values(), steps.integer(1));
      return lists.distinct(list, numbersOfIds, steps.integer(e.size() + 2L));
    } else if (e instanceof IdList.First first) {
      return lists.first(ids(first.of()), first.count());
    }
    throw plan.ends(e, PlanExport.NO_FORM);
  }

  private Ragged tokenIds(Expr.OfIds e, Expr.OfTokens of, Terms terms, int oovBuckets)
      throws EndsHereException {
    Ragged list = tokens(of);
    return list.with(plan.terms().vocabulary(e, of, list.values(), terms, oovBuckets));
  }

  Column measure(ListMeasure e) throws EndsHereException {
    Ragged list = list(e.of());
    String count = lists.count(list);
    if (e.measure() == ListMeasure.Name.COUNT) {
      return listColumn(list, steps.cast(count, PlanSteps.FLOAT));
    } else if (e.measure() == ListMeasure.Name.SUM) {
      return listColumn(list, steps.cast(lists.sum(list), PlanSteps.FLOAT));
    }
    String value =
        switch (e.measure()) {
          case MEAN ->
              steps.cast(
                  steps.add("Div", lists.sum(list), steps.cast(count, PlanSteps.DOUBLE)),
                  PlanSteps.FLOAT);
          case MAX -> lists.extreme(list, "max");
          case MIN -> lists.extreme(list, "min");
          default -> lists.firstValue(list);
        };
    String any = steps.add("Greater", count, steps.integer(0));
    return new Column(value, steps.both(list.present(), Optional.of(any)), false);
  }

  Ragged list(Expr e) throws EndsHereException {
    if (e instanceof Expr.OfTokens of) {
      return tokens(of);
    } else if (e instanceof Expr.OfIds of) {
      return ids(of);
    }
    return numbers((Expr.OfNumbers) e);
  }
}
