package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FixedVector;
import io.pergola.feature.Keyed;
import io.pergola.feature.ListMeasure;
import io.pergola.feature.Mapped;
import io.pergola.feature.PaddedIds;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Scaling;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TextMeasure;
import io.pergola.feature.TimePart;
import io.pergola.feature.TimeSpan;
import io.pergola.feature.TimeValue;
import io.pergola.feature.TokenList;
import io.pergola.feature.Truth;
import io.pergola.model.PlanSteps.Column;
import io.pergola.model.PlanTimes.Moment;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a fitted plan as steps of an ONNX graph: inputs of shape [n, 1], one a raw column; what it
 * gives is as {@link ModelInputs} has it. Used once for one plan.
 */
final class PlanExport implements PlanTokens.Texts {
  static final String NO_FORM = "it has no form in standard ONNX operators";
  static final String NO_HASH = "ONNX has no operator that hashes as Fingerprint64 does";

  private final FittedPlan plan;
  private final OnnxNodes nodes;
  private final PlanSteps steps;
  private final PlanNumbers numbers;
  private final PlanTimes times;
  private final PlanTerms terms;
  private final PlanListExport lists;
  private final Set<String> ofTimes;
  private final Map<Expr, Fitted> fitted = new HashMap<>();
  private final Map<Expr, Column> done = new HashMap<>();
  private final String first;
  private String feature = "";

  /**
   * Starts with the inputs of the graph.
   *
   * @param nodes empty
   * @param prefix what names of the plan's own values begin with
   */
  PlanExport(FittedPlan plan, OnnxNodes nodes, String prefix) throws EndsHereException {
    this.plan = plan;
    this.nodes = nodes;
    steps = new PlanSteps(nodes, prefix);
    numbers = new PlanNumbers(steps);
    plan.fitted().forEach(constants -> fitted.put(constants.of(), constants));
    if (plan.inputs().isEmpty()) {
      throw new EndsHereException("", "", "the plan reads no raw column");
    }
    times = new PlanTimes(steps);
    terms = new PlanTerms(steps, this);
    Map<String, Integer> widths = widths(plan);
    ofTimes = timeColumns(plan).keySet();
    for (FittedPlan.Input input : plan.inputs()) {
      nodes.input(input.column(), element(input), OnnxNodes.EXAMPLES, width(input, widths));
    }
    FittedPlan.Input column = plan.inputs().get(0);
    RaggedLists ragged = new RaggedLists(steps, column.column());
    lists = new PlanListExport(this, steps, numbers, ragged, widths.keySet());
    first = width(column, widths) == 1 ? column.column() : ragged.ofEachExample();
  }

  private OnnxMl.TensorProto.DataType element(FittedPlan.Input input) {
    if (input.kind() == FittedPlan.Kind.TEXT || input.kind() == FittedPlan.Kind.TEXTS) {
      return OnnxMl.TensorProto.DataType.STRING;
    }
    return ofTimes.contains(input.column())
        ? OnnxMl.TensorProto.DataType.DOUBLE
        : OnnxMl.TensorProto.DataType.FLOAT;
  }

  private static int width(FittedPlan.Input input, Map<String, Integer> widths) {
    boolean list = input.kind() == FittedPlan.Kind.TEXTS || input.kind() == FittedPlan.Kind.NUMBERS;
    return list ? widths.getOrDefault(input.column(), OnnxNodes.VALUES) : 1;
  }

  /** How many numbers each column of lists gives that is only padded to one width. */
  static Map<String, Integer> widths(FittedPlan plan) {
    return PlanLists.widths(expressions(plan));
  }

  /** The columns that enter as times do, each with the largest number that enters exactly. */
  static Map<String, Long> timeColumns(FittedPlan plan) {
    return PlanTimes.columns(expressions(plan));
  }

  private static List<Expr> expressions(FittedPlan plan) {
    List<Expr> all = new ArrayList<>(plan.plan().dense().values());
    all.addAll(plan.plan().categorical().values());
    all.addAll(plan.plan().sequences().values());
    return all;
  }

  /** Where a plan cannot be said in standard operators. */
  static final class EndsHereException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String feature;
    private final String expression;
    private final String reason;

    EndsHereException(String feature, String expression, String reason) {
      super(reason);
      this.feature = feature;
      this.expression = expression;
      this.reason = reason;
    }

    FullGraph.Ends ends() {
      return new FullGraph.Ends(feature, expression, reason);
    }
  }

  /** The dense features side by side, float32 [n, d]; 0 where missing. */
  Optional<String> dense() throws EndsHereException {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, ? extends Expr> entry : plan.plan().dense().entrySet()) {
      feature = entry.getKey();
      Column x = column(entry.getValue());
      String value =
          x.present()
              .map(present -> steps.where(present, x.value(), steps.constant(0)))
              .orElse(x.value());
      parts.add(x.single() ? steps.spread(value, first) : value);
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(steps.beside(parts));
  }

  /** The sequences by name, int64 [n, length]; the feature's size is padding. */
  Map<String, String> sequences() throws EndsHereException {
    Map<String, String> ids = new HashMap<>();
    for (Map.Entry<String, ? extends Expr.OfSequence> entry : plan.plan().sequences().entrySet()) {
      feature = entry.getKey();
      if (!(entry.getValue() instanceof PaddedIds padded)) {
        throw ends(entry.getValue(), NO_FORM);
      }
      ids.put(feature, lists.sequence(padded));
    }
    return ids;
  }

  /**
   * The ids of the categorical features by name, int64 [n]; the feature's size where missing or out
   * of the vocabulary.
   */
  Map<String, String> categorical() throws EndsHereException {
    Map<String, String> ids = new HashMap<>();
    for (Map.Entry<String, ? extends Expr.OfCategory> entry :
        plan.plan().categorical().entrySet()) {
      feature = entry.getKey();
      Column x = column(entry.getValue());
      String size = steps.integer(entry.getValue().size());
      String known = steps.where(steps.add("Less", x.value(), steps.integer(0)), size, x.value());
      String value = x.present().map(present -> steps.where(present, known, size)).orElse(known);
      ids.put(feature, steps.vector(x.single() ? steps.spread(value, first) : value));
    }
    return ids;
  }

  Column column(Expr e) throws EndsHereException {
    Column known = done.get(e);
    if (known == null) {
      known = compute(e);
      done.put(e, known);
    }
    return known;
  }

  private Column compute(Expr e) throws EndsHereException {
    if (e instanceof Expr.NumberColumn number) {
      String missing = steps.add("IsNaN", number.column());
      String value =
          ofTimes.contains(number.column())
              ? steps.cast(number.column(), PlanSteps.FLOAT)
              : number.column();
      return new Column(value, Optional.of(steps.not(missing)), false);
    } else if (e instanceof Expr.TextColumn text) {
      String present =
          steps.encode(text.column(), List.of(FullGraph.MISSING_TEXT), new long[] {0}, 1);
      return new Column(text.column(), Optional.of(steps.cast(present, PlanSteps.BOOL)), false);
    } else if (e instanceof Expr.Constant constant) {
      return new Column(steps.constant(constant.value()), Optional.empty(), true);
    } else if (e instanceof Expr.FillNumber fill) {
      return filled(column(fill.of()), steps.constant(fill.value()));
    } else if (e instanceof Expr.FillText fill) {
      requireWritten(fill, fill.of());
      return filled(column(fill.of()), steps.text(fill.value()));
    } else if (e instanceof TextFunction function
        && function.function() == TextFunction.Name.LOWER) {
      // Whoever looks the text up makes it small.
      return column(function.of());
    } else if (e instanceof Expr.OfVector vector) {
      return vector(vector);
    } else if (e instanceof Expr.OfTruth) {
      return truth(e);
    } else if (e instanceof Expr.OfCategory category) {
      return category(category);
    }
    return number(e);
  }

  private Column vector(Expr.OfVector e) throws EndsHereException {
    if (e instanceof FixedVector.OneHot oneHot) {
      Column id = column(oneHot.of());
      String isId = steps.add("Equal", id.value(), steps.counting(oneHot.width()));
      return id.with(steps.cast(isId, PlanSteps.FLOAT));
    } else if (e instanceof FixedVector.Packed packed) {
      List<String> parts = new ArrayList<>();
      Optional<String> present = Optional.empty();
      for (Expr part : packed.of()) {
        Column x = column(part);
        parts.add(x.single() ? steps.spread(x.value(), first) : x.value());
        present = steps.both(present, x.present());
      }
      return new Column(steps.beside(parts), present, false);
    } else if (e instanceof FixedVector.Pca pca) {
      Column x = column(pca.of());
      return x.with(numbers.projected((Fitted.Pca) fitted(e), x.value()));
    }
    return lists.vector(e);
  }

  private Moment moment(Expr.OfTime e) throws EndsHereException {
    if (e instanceof TimeValue.Column column) {
      return times.moment(column);
    }
    throw ends(e, "ONNX has no operator that reads times in texts");
  }

  /** A text in small letters is looked up; anything else needs them written. */
  private void requireWritten(Expr e, Expr of) throws EndsHereException {
    if (PlanTokens.isToBeLowered(of)) {
      throw ends(e, PlanTokens.CASE);
    }
  }

  private Column filled(Column x, String value) {
    return x.present()
        .map(
            present ->
                new Column(steps.where(present, x.value(), value), Optional.empty(), x.single()))
        .orElse(x);
  }

  private Column number(Expr e) throws EndsHereException {
    if (e instanceof Keyed.Scale scale) {
      if (!PlanNumbers.isDistance(scale.of())) {
        throw ends(e, "a Gaussian or quantile scale for each key has no form in the graph");
      }
      Fitted.PerKey perKey = (Fitted.PerKey) fitted(e);
      Column x = column(scale.operands().get(0));
      String value = numbers.scaledPerKey(perKey, x.value(), place(perKey, scale));
      return new Column(value, x.present(), false);
    } else if (e instanceof Aggregate) {
      float value = ((Fitted.Aggregate) fitted(e)).value();
      return new Column(steps.constant(value), Optional.empty(), true);
    } else if (e instanceof Keyed.OfAggregate keyed) {
      Fitted.PerKey perKey = (Fitted.PerKey) fitted(e);
      String value = numbers.aggregatePerKey(perKey, place(perKey, keyed));
      return new Column(value, Optional.empty(), false);
    } else if (e instanceof Scaling.Interpolated interpolated) {
      Column x = column(interpolated.of());
      return x.with(numbers.interpolated(interpolated.boundaries(), x.value()));
    } else if (e instanceof Expr.ZScore
        || e instanceof Expr.MinMax
        || e instanceof Scaling.Robust
        || e instanceof Scaling.Gaussian
        || e instanceof Scaling.Quantile) {
      return numbers.scaled(fitted(e), column(e.operands().get(0)));
    } else if (e instanceof Expr.Arithmetic a) {
      Column left = column(a.left());
      Column right = column(a.right());
      return combined(left, right, numbers.arithmetic(a.operator(), left.value(), right.value()));
    } else if (e instanceof Expr.Function function) {
      Column x = column(function.of());
      return x.with(numbers.function(function.function(), x.value()));
    } else if (e instanceof Expr.Clip clip) {
      Column x = column(clip.of());
      return x.with(numbers.clip(clip, x.value()));
    } else if (e instanceof Expr.Sum sum) {
      List<Column> parts = new ArrayList<>();
      for (Expr part : sum.of()) {
        parts.add(column(part));
      }
      return numbers.sum(parts);
    } else if (e instanceof Expr.Conditional conditional) {
      return chosen(conditional);
    } else if (e instanceof Expr.TruthNumber truth) {
      Column x = column(truth.of());
      return x.with(steps.cast(x.value(), PlanSteps.FLOAT));
    } else if (e instanceof ListMeasure measure) {
      return lists.measure(measure);
    } else if (e instanceof TextMeasure measure && measure.unit() == TextMeasure.Unit.WORDS) {
      return lists.measure(
          new ListMeasure(ListMeasure.Name.COUNT, new TokenList.Tokenize(measure.of())));
    } else if (e instanceof TimePart part) {
      return times.part(moment(part.of()), part);
    } else if (e instanceof TimeSpan span) {
      return times.span(moment(span.from()), moment(span.to()));
    }
    throw ends(e, reason(e));
  }

  private Column chosen(Expr.Conditional e) throws EndsHereException {
    Column when = column(e.when());
    Column then = column(e.then());
    Column otherwise = column(e.otherwise());
    String value = steps.where(when.value(), then.value(), otherwise.value());
    Optional<String> chosen = Optional.empty();
    if (then.present().isPresent() || otherwise.present().isPresent()) {
      String always = steps.truth(1);
      chosen =
          Optional.of(
              steps.add(
                  "Or",
                  steps.add("And", when.value(), then.present().orElse(always)),
                  steps.add("And", steps.not(when.value()), otherwise.present().orElse(always))));
    }
    return new Column(
        value,
        steps.both(when.present(), chosen),
        when.single() && then.single() && otherwise.single());
  }

  private Column truth(Expr e) throws EndsHereException {
    if (e instanceof Truth.Compare compare) {
      Column left = column(compare.left());
      Column right = column(compare.right());
      return combined(
          left, right, numbers.compare(compare.operator(), left.value(), right.value()));
    } else if (e instanceof Truth.IsMissing missing) {
      return missing(missing.of());
    } else if (e instanceof Truth.TextIs is) {
      long[] ones = new long[is.values().size()];
      Arrays.fill(ones, 1);
      Column x = column(is.of());
      Terms values = Terms.of(is.values().toArray(String[]::new));
      return x.with(
          steps.cast(terms.encoded(e, is.of(), x.value(), values, ones, 0), PlanSteps.BOOL));
    } else if (e instanceof Truth.Not not) {
      Column x = column(not.of());
      return x.with(steps.not(x.value()));
    } else if (e instanceof Truth.Logic logic) {
      return logic(logic.operator(), column(logic.left()), column(logic.right()));
    }
    throw ends(e, reason(e));
  }

  private Column missing(Expr of) throws EndsHereException {
    Optional<String> present;
    boolean single = false;
    if (of instanceof Expr.OfTime time) {
      present = moment(time).present();
    } else if (of instanceof Expr.OfTokens
        || of instanceof Expr.OfIds
        || of instanceof Expr.OfNumbers) {
      present = lists.list(of).present();
    } else {
      Column x = column(of);
      present = x.present();
      single = x.single();
    }
    return present.isPresent()
        ? new Column(steps.not(present.get()), Optional.empty(), single)
        : new Column(steps.truth(0), Optional.empty(), true);
  }

  /** One value decides (false an and, true an or), whether the other is missing or not. */
  private Column logic(Truth.Logic.Operator operator, Column left, Column right) {
    boolean and = operator == Truth.Logic.Operator.AND;
    String join = and ? "And" : "Or";
    if (left.present().isEmpty() && right.present().isEmpty()) {
      return new Column(
          steps.add(join, left.value(), right.value()),
          Optional.empty(),
          left.single() && right.single());
    }
    String decided = steps.add("Or", decides(left, and), decides(right, and));
    String known =
        steps.add("Or", decided, steps.both(left.present(), right.present()).orElseThrow());
    // Where it is decided the value is the decisive one, elsewhere both have the other one.
    return new Column(
        and ? steps.not(decided) : decided, Optional.of(known), left.single() && right.single());
  }

  private String decides(Column x, boolean and) {
    String decisive = and ? steps.not(x.value()) : x.value();
    return x.present().map(present -> steps.add("And", present, decisive)).orElse(decisive);
  }

  private Column category(Expr.OfCategory e) throws EndsHereException {
    if (e instanceof Expr.Bucketize bucketize) {
      Column x = column(bucketize.of());
      return x.with(numbers.bucket(x.value(), ((Fitted.Bucketize) fitted(e)).boundaries()));
    } else if (e instanceof EqualWidth equalWidth) {
      Column x = column(equalWidth.of());
      return x.with(numbers.bucket(x.value(), ((Fitted.EqualWidth) fitted(e)).boundaries()));
    } else if (e instanceof Expr.Buckets buckets) {
      Column x = column(buckets.of());
      return x.with(numbers.bucket(x.value(), buckets.boundaries()));
    } else if (e instanceof Keyed.Buckets keyed) {
      Fitted.PerKey perKey = (Fitted.PerKey) fitted(e);
      Column x = column(keyed.operands().get(0));
      String value = numbers.bucketPerKey(perKey, x.value(), place(perKey, keyed));
      return new Column(value, x.present(), false);
    } else if (e instanceof Expr.Vocabulary vocabulary) {
      Terms known = ((Fitted.Vocabulary) fitted(e)).terms();
      Column text = column(vocabulary.of());
      return text.with(
          terms.vocabulary(e, vocabulary.of(), text.value(), known, vocabulary.oovBuckets()));
    } else if (e instanceof RankedVocabulary ranked) {
      Terms known = ((Fitted.Ranked) fitted(e)).terms();
      Column text = column(ranked.of());
      return text.with(terms.vocabulary(e, ranked.of(), text.value(), known, ranked.oovBuckets()));
    } else if (e instanceof Expr.Identity identity) {
      Column x = column(identity.of());
      // What the plan refuses, the look-up in a table of size + 1 rows refuses.
      return x.with(terms.identity(e, x.value(), identity.size(), identity.size() + 1L));
    } else if (e instanceof Expr.Hash hash) {
      return hash(hash);
    }
    throw ends(e, reason(e));
  }

  private Column hash(Expr.Hash e) throws EndsHereException {
    if (e.buckets() > 1) {
      throw ends(e, NO_HASH);
    }
    List<Expr> parts = e.of() instanceof Expr.Cross cross ? cross.of() : List.of(e.of());
    Optional<String> present = Optional.empty();
    for (Expr part : parts) {
      present = steps.both(present, column(part).present());
    }
    return new Column(steps.integer(0), present, true);
  }

  /** The place of a value's key among those fitted, and the number of keys where it has none. */
  private String place(Fitted.PerKey perKey, Keyed e) throws EndsHereException {
    Terms keys = perKey.keys();
    Column key = column(e.key());
    long other = keys.size();
    long[] places = new long[keys.size()];
    Arrays.setAll(places, i -> i);
    String place =
        e.key() instanceof Expr.OfText
            ? terms.encoded(e, e.key(), key.value(), keys, places, other)
            : placeOfId(key.value(), keys, other);
    return key.present()
        .map(present -> steps.where(present, place, steps.integer(other)))
        .orElse(place);
  }

  private String placeOfId(String ids, Terms keys, long other) {
    long[] numbersOfKeys = new long[keys.size()];
    for (int i = 0; i < numbersOfKeys.length; i++) {
      numbersOfKeys[i] = Long.parseLong(keys.text(i));
    }
    long[] places = new long[keys.size()];
    Arrays.setAll(places, i -> i);
    return numbersOfKeys.length == 0
        ? steps.encode(ids, new long[] {0}, new long[] {other}, other)
        : steps.encode(ids, numbersOfKeys, places, other);
  }

  private Column combined(Column left, Column right, String value) {
    return new Column(
        value, steps.both(left.present(), right.present()), left.single() && right.single());
  }

  PlanTerms terms() {
    return terms;
  }

  Fitted fitted(Expr e) {
    Fitted constants = fitted.get(e);
    if (constants == null) {
      throw new IllegalStateException("Nothing is fitted for %s.".formatted(e.text()));
    }
    return constants;
  }

  @Override
  public EndsHereException ends(Expr e, String reason) {
    return new EndsHereException(feature, e.text(), reason);
  }

  @Override
  public Column column(Expr.OfText e) throws EndsHereException {
    return column((Expr) e);
  }

  private static String reason(Expr e) {
    if (e instanceof Mapped mapped) {
      return "function '%s' is Java code of %s".formatted(mapped.name(), mapped.function().in());
    }
    return e instanceof Expr.OfText || e instanceof TextMeasure ? PlanTokens.UNCHANGED : NO_FORM;
  }
}
