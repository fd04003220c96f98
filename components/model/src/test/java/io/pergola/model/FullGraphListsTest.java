package io.pergola.model;

import static io.pergola.feature.Numeric.sum;
import static io.pergola.feature.Numeric.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.onnx.proto.OnnxMl;
import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleSchema;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.EmbeddingTable;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Numbers;
import io.pergola.feature.Numeric;
import io.pergola.feature.Ranking;
import io.pergola.feature.Sequence;
import io.pergola.feature.Text;
import io.pergola.feature.Time;
import io.pergola.feature.TimeValue;
import io.pergola.feature.Tokens;
import io.pergola.feature.Vector;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts, lists and times as one graph, against the plan, on random rows of every kind. */
class FullGraphListsTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Text T = ROW.text(Column.text("t"));
  private static final Tokens TAGS = ROW.texts(Column.text("tags"));
  private static final Numbers L = ROW.numbers(Column.number("l"));
  private static final Numbers IDS = ROW.numbers(Column.number("ids"));
  private static final Numeric A = ROW.number(Column.number("a"));
  private static final Time AT = ROW.time(Column.number("at"), TimeValue.Unit.SECONDS);
  private static final Time MILLIS = ROW.time(Column.number("millis"), TimeValue.Unit.MILLISECONDS);
  private static final Time MICROS = ROW.time(Column.number("micros"), TimeValue.Unit.MICROSECONDS);
  private static final Pattern SEPARATORS = Pattern.compile("[\\s\\p{Punct}&&[^']]+");
  private static final Pattern COMMA = Pattern.compile(",");

  private static final List<String> WORDS =
      List.of(
          "a",
          "b",
          "A",
          "kino",
          "\u212Aino",
          "KINO",
          "\u0130b",
          "straße",
          "STRAßE",
          "STRA\u1E9EE",
          "café",
          "CAFÉ",
          "e\u0301",
          "don't",
          "x",
          "\u03a3\u03a3",
          "Ωmega",
          "\u2126mega",
          "q9");

  private static final List<String> GAPS =
      List.of(
          " ",
          "  ",
          ",",
          ", ",
          "<br /><br />",
          "\t\n",
          "\u2003",
          "\u00a0",
          "\u3000",
          "!",
          "-----------",
          " -- ",
          ".",
          "\u001f",
          "");

  private static final EmbeddingTable TABLE =
      EmbeddingTable.of(
          List.of("a", "café", "b"),
          List.of(new float[] {1, -2}, new float[] {0.1f, 1e-3f}, new float[] {7, 0.3f}));

  static Stream<FullGraphTest.Case> cases() {
    return Stream.concat(
        Stream.of(
            sequence("words", T.tokenize().vocabulary(9, 1).padTo(4)),
            sequence("words without a bucket", T.tokenize().vocabulary(9, 0).padTo(3)),
            sequence("words of filled text", T.orElse("b a").tokenize().vocabulary(9, 1).padTo(4)),
            sequence("small words", T.lower().tokenize().vocabulary(9, 1).padTo(5)),
            sequence("small parts", T.lower().split(SEPARATORS).vocabulary(9, 1).padTo(6)),
            sequence("words, each small", T.tokenize().lower().vocabulary(9, 1).padTo(5)),
            sequence("parts between commas", T.split(COMMA).vocabulary(9, 1).padTo(3)),
            sequence(
                "marks replaced",
                T.replace(Pattern.compile("<br />"), " ").tokenize().vocabulary(9, 1).padTo(5)),
            sequence("stripped", T.strip().tokenize().strip().vocabulary(9, 1).padTo(4)),
            sequence("pairs", T.tokenize().ngrams(1, 2).vocabulary(9, 1).padTo(7)),
            sequence(
                "pairs alone", T.lower().tokenize().ngrams(2, 3, "").vocabulary(9, 1).padTo(5)),
            sequence("distinct words", T.tokenize().distinct().vocabulary(9, 1).padTo(4)),
            sequence("first words", T.tokenize().first(2).vocabulary(9, 0).padTo(4)),
            sequence("ranked", T.tokenize().vocabulary(9, 1, Ranking.byWeight(A)).padTo(4)),
            sequence("one bucket", T.tokenize().hash(1).padTo(3)),
            sequence("tags", TAGS.vocabulary(9, 1).padTo(3)),
            sequence("ids", IDS.identity(7).padTo(3)),
            sequence("distinct ids", IDS.identity(7).distinct().padTo(3)),
            sequence("first ids", IDS.identity(7).first(2).padTo(3)),
            dense("multi-hot of tags", TAGS.vocabulary(9, 1).multiHot()),
            dense("multi-hot of small tags", TAGS.lower().vocabulary(9, 0).multiHot()),
            dense("multi-hot of ids", IDS.identity(7).multiHot()),
            dense("bag of words", T.tokenize().vocabulary(9, 1).bagOfWords()),
            dense("bag of words without a bucket", T.tokenize().vocabulary(9, 0).bagOfWords()),
            dense("tf-idf", T.lower().split(SEPARATORS).vocabulary(9, 1).tfIdf()),
            dense("tf-idf unsmoothed", T.tokenize().vocabulary(9, 0).tfIdfUnsmoothed()),
            dense("embedded text", T.embed(TABLE)),
            dense("embedded small text", T.lower().embed(TABLE)),
            dense("mean of embedded words", T.lower().tokenize().embed(TABLE)),
            dense("padded", L.padTo(3)),
            dense("padded to one", L.first(9).padTo(1, -1)),
            dense("padded to two widths", L.padTo(3).as("a"), L.plus(1).padTo(4, 7).as("b"))),
        Stream.concat(numbers(), times()));
  }

  private static Stream<FullGraphTest.Case> numbers() {
    return Stream.of(
        dense("word count", T.lower().wordCount()),
        dense("count of words", T.tokenize().count()),
        dense("count of tags", TAGS.distinct().count()),
        dense("count of ids", IDS.identity(7).distinct().count()),
        dense("tags are missing", TAGS.isMissing().asNumber()),
        dense("count", L.count()),
        dense("sum", L.sum()),
        dense("mean", L.minus(1.5).mean()),
        dense("largest", L.ln().max()),
        dense("smallest", L.min()),
        dense("largest of first", L.first(2).max().orElse(-3)),
        dense("first", L.first()),
        dense("mean of missing", L.mean().isMissing().asNumber()),
        categorical("small text", T.lower().vocabulary(9, 1)),
        dense("lists beside numbers", sum(A, L.sum()).as("x")),
        dense("either", when(T.isMissing()).then(A).otherwise(T.wordCount())));
  }

  private static Stream<FullGraphTest.Case> times() {
    List<FullGraphTest.Case> all = new ArrayList<>();
    for (String zone :
        List.of("UTC", "+05:45", "Europe/Berlin", "America/Chicago", "Australia/Lord_Howe")) {
      ZoneId id = ZoneId.of(zone);
      all.add(
          dense(
              "times of " + zone,
              Vector.of(
                  "v",
                  AT.year(id),
                  AT.quarter(id),
                  AT.month(id),
                  AT.week(id),
                  AT.dayOfYear(id),
                  AT.dayOfMonth(id),
                  AT.dayOfWeek(id),
                  AT.hour(id),
                  AT.minute(id),
                  AT.second(id),
                  AT.secondOfDay(id))));
    }
    ZoneId utc = ZoneId.of("UTC");
    all.add(dense("milliseconds", MILLIS.secondOfDay(utc)));
    all.add(dense("microseconds", MICROS.second(utc)));
    all.add(dense("span", AT.secondsSince(MILLIS)));
    all.add(dense("time is missing", MILLIS.isMissing().asNumber()));
    all.add(dense("weekend", AT.weekend(utc).asNumber()));
    all.add(dense("time and number", sum(AT.hour(utc), ROW.number(Column.number("at"))).as("x")));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void graphGivesWhatThePlanGives(FullGraphTest.Case each) throws Exception {
    FittedPlan plan = FittedPlan.of(each.plan(), each.fitted());
    ExampleBatch raw = raw(100, 1);
    ModelInputs expected = ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw));
    float[] wanted = FullGraphTest.only(expected);
    assertThat(IntStream.range(0, wanted.length).mapToObj(i -> wanted[i]).distinct())
        .as("the values that the plan gives")
        .hasSizeGreaterThan(1);
    byte[] onnx = ((FullGraph.Whole) FullGraph.of(plan, FullGraphTest.core(plan))).onnx();
    float[] actual = FullGraphTest.run(plan, onnx, raw, wanted.length / raw.rows());
    for (int i = 0; i < wanted.length; i++) {
      // The sign of a zero may be lost.
      assertThat(actual[i] + 0f).as("value %d", i).isEqualTo((Float) (wanted[i] + 0f));
    }
  }

  @Test
  void emptyBatchesTextsAndListsAreTaken() throws Exception {
    FeaturePlan features =
        Features.of()
            .sequence(T.lower().tokenize().vocabulary(9, 0).padTo(2).as("words"))
            .dense(TAGS.vocabulary(9, 0).multiHot().as("tags"), L.mean().as("mean"))
            .unlabelled();
    FittedPlan plan = FittedPlan.of(features, of("", features).fitted());
    byte[] onnx = ((FullGraph.Whole) FullGraph.of(plan, FullGraphTest.core(plan))).onnx();
    ExampleBatchBuilder builder = new ExampleBatchBuilder(raw(1, 1).schema());
    builder.putText(0, "");
    builder.putEmpty(1);
    builder.putEmpty(2);
    builder.endRow();
    builder.endRow();
    builder.putText(0, " \t ");
    builder.endRow();
    float[] actual = FullGraphTest.run(plan, onnx, builder.build(), 12);
    float[] none = new float[12];
    // Of nine terms: padding is 9.
    none[10] = 9;
    none[11] = 9;
    for (int row = 0; row < 3; row++) {
      assertThat(Arrays.copyOfRange(actual, row * 12, row * 12 + 12)).containsExactly(none);
    }
    assertThat(FullGraphTest.run(plan, onnx, raw(0, 1), 12)).isEmpty();
  }

  /** Operators that reduce take their axes otherwise in the newer version. */
  @Test
  void coreIsRaisedToTheVersionThatThePlanNeeds(@TempDir Path directory) throws Exception {
    FeaturePlan features =
        Features.of()
            .sequence(T.tokenize().vocabulary(9, 1).padTo(4).as("words"))
            .label(A.greaterThan(0.5));
    FittedPlan plan = FittedPlan.of(features, of("", features).fitted());
    OnnxGraph g = OnnxGraph.named("core");
    float[] table = new float[11];
    for (int i = 0; i < table.length; i++) {
      table[i] = (i * 7 % 11) / 20f;
    }
    OnnxGraph.Value rows = g.gather(g.matrix("table", 11, 1, table), g.ids("words", 4));
    OnnxGraph.Value sum = g.add(g.layers().largest(rows, 0), g.layers().mean(rows, 0));
    byte[] core = g.output(Signature.PREDICTION, sum).bytes();
    ServableWriter.write(directory, Signature.of(plan, Map.of()), plan, core);

    OnnxMl.ModelProto full =
        OnnxMl.ModelProto.parseFrom(Files.readAllBytes(directory.resolve(FullGraph.FILE)));
    assertThat(full.getIrVersion()).isEqualTo(9);
    assertThat(full.getOpsetImportList().stream().map(o -> o.getDomain() + ":" + o.getVersion()))
        .containsExactly(":20", "ai.onnx.ml:3");
    ExampleBatch raw = raw(1_000, 3);
    try (Servable ofPlan = Servable.open(directory);
        Servable whole = Servable.openFull(directory)) {
      assertThat(whole.predict(raw).values()).containsExactly(ofPlan.predict(raw).values());
    }
  }

  @Test
  void integersOfTimeThatFloat64LacksAreNotComparable() {
    FittedPlan plan =
        FittedPlan.of(Features.of().dense(MICROS.second(ZoneId.of("UTC"))).unlabelled(), List.of());
    long last = 1L << 53;
    ExampleBatch raw =
        ExampleBatch.of(4, List.of(WideAndDeep.longs("micros", last, last + 1, -last, -last - 1)));
    assertThat(FullGraph.comparable(plan, raw)).containsExactly(0, 2);
  }

  @Test
  void listsOfAnyLengthAreTaken() throws Exception {
    FeaturePlan features =
        Features.of()
            .dense(
                T.tokenize().vocabulary(9, 0).bagOfWords().as("words"),
                TAGS.vocabulary(9, 0).bagOfWords().as("tags"),
                L.sum())
            .unlabelled();
    FittedPlan plan = FittedPlan.of(features, of("", features).fitted());
    byte[] onnx = ((FullGraph.Whole) FullGraph.of(plan, FullGraphTest.core(plan))).onnx();
    ExampleBatchBuilder builder = new ExampleBatchBuilder(raw(1, 1).schema());
    builder.putText(0, "a ".repeat(30_000) + " ".repeat(5_000) + "-".repeat(5_000));
    for (int i = 0; i < 20_000; i++) {
      builder.putText(1, "kino");
      builder.putFloat(2, 0.5f);
    }
    builder.endRow();
    // As many more as would be too many beside the long text in one piece.
    for (int i = 0; i < 100; i++) {
      builder.putText(0, "a");
      builder.endRow();
    }
    ExampleBatch raw = builder.build();
    assertThat(FullGraphTest.run(plan, onnx, raw, 19))
        .containsExactly(ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw)).dense());
  }

  @Test
  void whatIdentityRefusesInAListTheGraphRefuses() throws Exception {
    for (FeaturePlan features :
        List.of(
            Features.of().dense(IDS.identity(3).multiHot()).unlabelled(),
            Features.of().sequence(IDS.identity(3).distinct().padTo(3)).unlabelled())) {
      FittedPlan plan = FittedPlan.of(features, List.of());
      byte[] onnx = ((FullGraph.Whole) FullGraph.of(plan, FullGraphTest.core(plan))).onnx();
      ExampleBatchBuilder builder = new ExampleBatchBuilder(raw(1, 1).schema());
      builder.putLong(3, 3);
      builder.endRow();
      ExampleBatch raw = builder.build();
      assertThatIllegalArgumentException().isThrownBy(() -> plan.apply(raw));
      assertThatIllegalStateException()
          .isThrownBy(() -> FullGraphTest.run(plan, onnx, raw, 3))
          .withMessageContaining("out of");
    }
  }

  private static FullGraphTest.Case sequence(String name, Sequence x) {
    return of(name, Features.of().sequence(x).unlabelled());
  }

  private static FullGraphTest.Case dense(String name, io.pergola.feature.Dense... x) {
    return of(name, Features.of().dense(x).unlabelled());
  }

  private static FullGraphTest.Case categorical(String name, io.pergola.feature.Categorical x) {
    return of(name, Features.of().categorical(x).unlabelled());
  }

  private static FullGraphTest.Case of(String name, FeaturePlan plan) {
    Map<Expr, Fitted> fitted = new LinkedHashMap<>();
    plan.dense().values().forEach(e -> fit(e, fitted));
    plan.categorical().values().forEach(e -> fit(e, fitted));
    plan.sequences().values().forEach(e -> fit(e, fitted));
    return new FullGraphTest.Case(name, plan, List.copyOf(fitted.values()));
  }

  private static void fit(Expr e, Map<Expr, Fitted> fitted) {
    e.operands().forEach(operand -> fit(operand, fitted));
    Terms terms = Terms.of("a", "kino", "straße", "café", "a b", "", "ab", "\u2003", "ωmega");
    if (e instanceof IdList.Vocabulary vocabulary) {
      fitted.put(e, new Fitted.TokenVocabulary(vocabulary, 9, terms));
    } else if (e instanceof Expr.Vocabulary vocabulary) {
      fitted.put(e, new Fitted.Vocabulary(vocabulary, 9, terms));
    } else if (e instanceof IdList.Ranked) {
      fitted.put(e, new Fitted.Ranked(e, 9, terms));
    } else if (e instanceof FixedVector.TfIdf tfIdf) {
      fitted.put(e, new Fitted.TfIdf(tfIdf, 9, List.of(1L, 4L, 9L, 0L)));
    }
  }

  /** Random rows, of which some lack each column, and texts that are empty or have no words. */
  static ExampleBatch raw(int rows, long seed) {
    Random random = new Random(seed);
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(
                List.of(
                    ExampleSchema.Field.of("t", ColumnType.TEXT),
                    new ExampleSchema.Field("tags", ColumnType.TEXT, true),
                    new ExampleSchema.Field("l", ColumnType.FLOAT, true),
                    new ExampleSchema.Field("ids", ColumnType.INT, true),
                    ExampleSchema.Field.of("a", ColumnType.FLOAT),
                    ExampleSchema.Field.of("at", ColumnType.INT),
                    ExampleSchema.Field.of("millis", ColumnType.DOUBLE),
                    ExampleSchema.Field.of("micros", ColumnType.INT))));
    for (int row = 0; row < rows; row++) {
      if (random.nextInt(10) > 0) {
        builder.putText(
            0, random.nextInt(4) == 0 ? one(WORDS, random) : text(random, random.nextInt(8)));
      }
      int values = random.nextInt(5);
      for (int i = 0; i < values; i++) {
        builder.putText(1, random.nextInt(9) == 0 ? "" : one(WORDS, random));
        builder.putFloat(2, (float) (random.nextGaussian() * 100));
        builder.putLong(3, random.nextInt(7));
      }
      if (random.nextInt(10) > 0) {
        builder.putFloat(4, random.nextFloat());
        // 1900 to 2300, and the hours around changes of clocks.
        long second =
            random.nextBoolean()
                ? (long) (random.nextDouble() * 12_600_000_000L) - 2_200_000_000L
                : 1_761_433_200L + random.nextInt(14_400) - 7_200;
        builder.putLong(5, second);
        builder.putDouble(6, random.nextInt(9) == 0 ? 1e30 : second * 1000.0 + random.nextDouble());
        builder.putLong(7, second * 1_000 + random.nextInt(1_000));
      }
      builder.endRow();
    }
    return builder.build();
  }

  private static String text(Random random, int words) {
    StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? one(GAPS, random) : "");
    for (int i = 0; i < words; i++) {
      text.append(one(WORDS, random)).append(one(GAPS, random));
    }
    return text.toString();
  }

  private static String one(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
