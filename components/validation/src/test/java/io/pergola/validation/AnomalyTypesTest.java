package io.pergola.validation;

import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.bytes;
import static io.pergola.validation.TestStatistics.common;
import static io.pergola.validation.TestStatistics.meaning;
import static io.pergola.validation.TestStatistics.number;
import static io.pergola.validation.TestStatistics.text;
import static io.pergola.validation.TestStatistics.train;
import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ColumnType;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.Embedding;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnomalyTypesTest {
  private static final FeatureSchema WORD = FeatureSchema.of("x", FeatureType.TEXT);
  private static final FeatureSchema WHOLE = FeatureSchema.of("x", FeatureType.INT);
  private static final FeatureSchema REAL = FeatureSchema.of("x", FeatureType.FLOAT);
  private static final FeatureSchema RAW = FeatureSchema.of("x", FeatureType.BYTES);
  private static final CommonStatistics ALL = all(100);

  @TempDir Path folder;

  /**
   * One anomaly, alone.
   *
   * @param context what the statistics are compared with
   */
  record Case(
      AnomalyType type,
      DataSchema schema,
      DatasetStatistics statistics,
      ValidationContext context,
      String fact) {
    @Override
    public String toString() {
      return type + ": " + fact;
    }
  }

  static Case of(AnomalyType type, FeatureSchema schema, FeatureStatistics feature, String fact) {
    return new Case(
        type,
        new DataSchema(List.of(schema)),
        train(100, feature),
        ValidationContext.NONE,
        "Feature 'x' of split 'train': " + fact);
  }

  private static Case drift(
      AnomalyType type,
      FeatureComparator limits,
      FeatureType values,
      FeatureStatistics before,
      FeatureStatistics after,
      String fact) {
    return new Case(
        type,
        new DataSchema(List.of(FeatureSchema.of("x", values).drift(limits))),
        train(100, after),
        since(train(100, before)),
        "Feature 'x' of split 'train': " + fact);
  }

  private static ValidationContext since(DatasetStatistics previous) {
    return new ValidationContext(
        Optional.empty(), Optional.of(previous), Optional.empty(), Optional.empty());
  }

  static ValueCount count(String value, long count) {
    return new ValueCount(value, count);
  }

  static Stream<Case> ofBooleans() {
    Bool yesNo = new Bool(Optional.of("yes"), Optional.of("no"));
    return Stream.of(
        of(
            AnomalyType.BOOL_TYPE_SMALL_INT,
            WHOLE.domain(Bool.OF_NUMBERS),
            number("x", ColumnType.INT, ALL, new Bucket(-2, 5, 100)),
            "The least value is -2; the schema expects 0 and 1."),
        of(
            AnomalyType.BOOL_TYPE_BIG_INT,
            WHOLE.domain(Bool.OF_NUMBERS),
            number("x", ColumnType.INT, ALL, new Bucket(0, 2, 100)),
            "The greatest value is 2; the schema expects 0 and 1."),
        of(
            AnomalyType.BOOL_TYPE_UNEXPECTED_FLOAT,
            REAL.domain(Bool.OF_NUMBERS),
            number("x", ColumnType.FLOAT, ALL, new Bucket(0.25, 1, 100)),
            "The least value is 0.25; the schema expects 0 and 1."),
        of(
            AnomalyType.BOOL_TYPE_UNEXPECTED_FLOAT,
            REAL.domain(Bool.OF_NUMBERS),
            number("x", ColumnType.FLOAT, ALL, 3, 0, 2, new Bucket(0, 1, 97)),
            "3 values are NaN; the schema expects 0 and 1."),
        of(
            AnomalyType.BOOL_TYPE_UNEXPECTED_FLOAT,
            REAL.domain(Bool.OF_NUMBERS),
            number(
                "x",
                ColumnType.FLOAT,
                ALL,
                new Bucket(0, 0.4, 50),
                new Bucket(0.4, 0.6, 1),
                new Bucket(0.6, 1, 49)),
            "Some values are from 0.4 to 0.6; the schema expects 0 and 1."),
        of(
            AnomalyType.BOOL_TYPE_UNEXPECTED_STRING,
            WORD.domain(yesNo),
            text("x", ALL, count("yes", 60), count("maybe", 40)),
            "'maybe' (40%) is neither true nor false; the schema expects 'yes' and 'no'."));
  }

  static Stream<Case> ofText() {
    Strings letters = new Strings(List.of("a", "b"));
    return Stream.of(
        of(
            AnomalyType.INT_TYPE_NOT_INT_STRING,
            WORD.domain(IntRange.ANY),
            text("x", ALL, count("12", 90), count("twelve", 10)),
            "'twelve' (10%) is not an integer; the schema expects integers as text."),
        of(
            AnomalyType.INT_TYPE_BIG_INT,
            WORD.domain(new IntRange(0, 9)),
            text("x", ALL, count("3", 90), count("12", 10)),
            "The greatest value is 12; the schema expects at most 9."),
        of(
            AnomalyType.FLOAT_TYPE_STRING_NOT_FLOAT,
            WORD.domain(FloatRange.FINITE),
            text("x", ALL, count("1.5", 90), count("1,5", 10)),
            "'1,5' (10%) is not a number; the schema expects numbers as text."),
        of(
            AnomalyType.FLOAT_TYPE_HAS_NAN,
            WORD.domain(FloatRange.FINITE),
            text("x", ALL, count("1.5", 90), count("NaN", 10)),
            "10 values are NaN (10%); the schema expects none."),
        of(
            AnomalyType.ENUM_TYPE_UNEXPECTED_STRING_VALUES,
            WORD.domain(letters).minDomainMass(OptionalDouble.of(0.9)),
            text("x", ALL, count("a", 89), count("c", 11)),
            "The values have strings that are not among the 2 of the schema: 'c' (11%). Together"
                + " they are 11%; the schema expects at least 90% to be among them."),
        of(
            AnomalyType.FEATURE_TYPE_LOW_UNIQUE,
            WORD.unique(Optional.of(new UniqueConstraints(3, 9))),
            text("x", ALL, count("a", 60), count("b", 40)),
            "There are 2 distinct values; the schema expects at least 3."),
        of(
            AnomalyType.FEATURE_TYPE_HIGH_UNIQUE,
            WHOLE
                .domain(new IntRange(0, 9, Meaning.CATEGORICAL))
                .unique(Optional.of(new UniqueConstraints(0, 1))),
            number("x", ColumnType.INT, ALL, new Bucket(1, 2, 100)),
            "There are 2 distinct values; the schema expects at most 1."),
        of(
            AnomalyType.FEATURE_TYPE_NO_UNIQUE,
            REAL.unique(Optional.of(new UniqueConstraints(0, 1))),
            number("x", ColumnType.FLOAT, ALL, new Bucket(1, 2, 100)),
            "The values are FLOAT and no categories; the schema limits how many distinct ones there"
                + " are."),
        of(
            AnomalyType.STATS_NOT_AVAILABLE,
            WORD.domain(
                new NaturalLanguage(
                    Optional.of("words"), OptionalDouble.of(0.5), OptionalDouble.empty())),
            text("x", ALL, count("a", 100)),
            "The schema limits the coverage of its vocabulary, or its tokens, of which there are no"
                + " statistics."),
        of(
            AnomalyType.SEMANTIC_DOMAIN_UPDATE,
            WORD,
            text(
                "x",
                meaning(ALL, new SemanticDomain(SemanticDomain.Kind.URL, "", 1)),
                count("https://a.example", 100)),
            "The values are of the domain 'url'; the schema says nothing about them."));
  }

  static Stream<Case> ofBytesAndShapes() {
    return Stream.of(
        of(
            AnomalyType.DOMAIN_INVALID_FOR_TYPE,
            RAW.domain(new Strings(List.of("a"))),
            bytes("x", ALL, 5, 10),
            "The values are BYTES, which are not compared with the domain 'strings' of the"
                + " schema."),
        of(
            AnomalyType.MAX_IMAGE_BYTE_SIZE_EXCEEDED,
            RAW.domain(new Image(OptionalDouble.empty(), OptionalLong.of(1_000))),
            bytes("x", ALL, 5, 1_001),
            "The largest value has 1,001 bytes; the schema expects at most 1,000."),
        of(
            AnomalyType.LOW_SUPPORTED_IMAGE_FRACTION,
            RAW.domain(new Image(OptionalDouble.of(0.9), OptionalLong.empty())),
            bytes(
                "x",
                meaning(ALL, new SemanticDomain(SemanticDomain.Kind.IMAGE, "jpeg", 0.8)),
                5,
                10),
            "80% of the values are images of a known format; the schema expects at least 90%."),
        of(
            AnomalyType.STATS_NOT_AVAILABLE,
            RAW.domain(new Image(OptionalDouble.of(0.9), OptionalLong.empty())),
            bytes("x", ALL, 5, 10),
            "The schema expects at least 90% of the values to be images of a known format, of which"
                + " there are no statistics."),
        of(
            AnomalyType.INVALID_FEATURE_SHAPE,
            REAL.shape(Optional.of(FixedShape.of(2, 3))),
            number("x", ColumnType.FLOAT, common(100, 0, 4, 4, 400), new Bucket(0, 1, 400)),
            "The examples have 4 values each; the schema expects 6 values in every example, of"
                + " shape [2, 3]."),
        of(
            AnomalyType.INVALID_FEATURE_SHAPE,
            REAL.shape(Optional.of(FixedShape.of(1))),
            number("x", ColumnType.FLOAT, common(99, 1, 1, 1, 99), new Bucket(0, 1, 99)),
            "1 of 100 examples lack it; the schema expects 1 value in every example, of shape"
                + " [1]."),
        of(
            AnomalyType.EMBEDDING_SHAPE_INVALID,
            REAL.domain(new Embedding(8)),
            number("x", ColumnType.FLOAT, common(100, 0, 7, 8, 799), new Bucket(0, 1, 799)),
            "The examples have 7 to 8 values; the schema expects an embedding of 8."));
  }

  static Stream<Case> ofDrift() {
    FeatureStatistics before = text("x", ALL, count("a", 60), count("b", 40));
    FeatureStatistics after = text("x", ALL, count("a", 35), count("b", 40), count("c", 25));
    Bucket[] left = {new Bucket(1, 2, 2), new Bucket(2, 3, 2)};
    Bucket[] right = {new Bucket(2, 4, 2), new Bucket(4, 6, 2)};
    FeatureStatistics one = number("x", ColumnType.FLOAT, all(4), left);
    FeatureStatistics other = number("x", ColumnType.FLOAT, all(4), right);
    return Stream.of(
        drift(
            AnomalyType.COMPARATOR_L_INFTY_HIGH,
            FeatureComparator.infinityNorm(0.2),
            FeatureType.TEXT,
            before,
            after,
            "The L-infinity distance to the previous span is 0.25, above the limit 0.2; 'c' has"
                + " changed most, from 0% to 25%."),
        drift(
            AnomalyType.COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH,
            FeatureComparator.NONE.withNormalizedAbsDifference(OptionalDouble.of(0.1)),
            FeatureType.TEXT,
            before,
            after,
            "The normalized absolute difference to the previous span is 0.125, above the limit 0.1;"
                + " 'c' has changed most, from 0% to 12.5% of all values on both sides."),
        drift(
            AnomalyType.COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH,
            FeatureComparator.jensenShannon(0.5),
            FeatureType.FLOAT,
            one,
            other,
            "The Jensen-Shannon divergence to the previous span is 0.655639, above the limit 0.5."),
        drift(
            AnomalyType.COMPARATOR_CONTROL_DATA_MISSING,
            FeatureComparator.infinityNorm(0.2),
            FeatureType.TEXT,
            text("y", ALL, count("a", 100)),
            after,
            "The previous span does not have it; the schema limits how far it is from there."),
        drift(
            AnomalyType.STATS_NOT_AVAILABLE,
            FeatureComparator.infinityNorm(0.2),
            FeatureType.FLOAT,
            one,
            other,
            "The values are FLOAT, earlier or elsewhere FLOAT, of which infinityNorm is not"
                + " measured."));
  }

  static Stream<Case> ofDatasets() {
    FeatureStatistics feature = text("x", ALL, count("a", 100));
    DataSchema schema = new DataSchema(List.of(WORD));
    DatasetConstraints any = DatasetConstraints.NONE;
    ValidationContext since50 = since(train(50, feature));
    return Stream.of(
        new Case(
            AnomalyType.DATASET_LOW_NUM_EXAMPLES,
            schema.dataset(any.minExamples(OptionalLong.of(101))),
            train(100, feature),
            ValidationContext.NONE,
            "Split 'train' has 100 examples; the schema expects at least 101."),
        new Case(
            AnomalyType.DATASET_HIGH_NUM_EXAMPLES,
            schema.dataset(any.maxExamples(OptionalLong.of(99))),
            train(100, feature),
            ValidationContext.NONE,
            "Split 'train' has 100 examples; the schema expects at most 99."),
        new Case(
            AnomalyType.COMPARATOR_HIGH_NUM_EXAMPLES,
            schema.dataset(any.numExamplesDrift(NumericValueComparator.of(0.5, 1.5))),
            train(100, feature),
            since50,
            "Split 'train' has 100 examples, 2 times those of the previous span (50); the schema"
                + " expects at most 1.5 times."),
        new Case(
            AnomalyType.COMPARATOR_LOW_NUM_EXAMPLES,
            schema.dataset(any.numExamplesVersion(NumericValueComparator.of(2.5, 3))),
            train(100, feature),
            new ValidationContext(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(train(50, feature))),
            "Split 'train' has 100 examples, 2 times those of the previous version (50); the schema"
                + " expects at least 2.5 times."));
  }

  static Stream<Case> ofJoinedFeatures() {
    DataSchema columns =
        new DataSchema(
            List.of(
                FeatureSchema.of("i", FeatureType.INT).presence(Presence.NONE),
                FeatureSchema.of("v", FeatureType.INT).presence(Presence.NONE)));
    DataSchema sparse = columns.sparseFeatures(List.of(SparseFeature.of("x", "v", "i")));
    DataSchema weighted = columns.weightedFeatures(List.of(WeightedFeature.of("x", "v", "i")));
    DatasetStatistics more = pair(common(100, 0, 1, 2, 150), common(97, 3, 1, 2, 150));
    DatasetStatistics fewer = pair(common(97, 3, 1, 2, 150), common(100, 0, 1, 2, 150));
    DatasetStatistics uneven = pair(common(100, 0, 1, 2, 150), common(100, 0, 1, 3, 150));
    String of = "Feature 'x' of split 'train': ";
    return Stream.of(
        new Case(
            AnomalyType.SPARSE_FEATURE_MISSING_VALUE,
            sparse,
            more,
            ValidationContext.NONE,
            of + "At least 3 examples have an index, but not the value 'v'."),
        new Case(
            AnomalyType.SPARSE_FEATURE_MISSING_INDEX,
            sparse,
            fewer,
            ValidationContext.NONE,
            of + "At least 3 examples have the value or another index, but not the index 'i'."),
        new Case(
            AnomalyType.SPARSE_FEATURE_LENGTH_MISMATCH,
            sparse,
            uneven,
            ValidationContext.NONE,
            of + "'v' has 150 values in all, 1 to 3 in an example; 'i' has 150, 1 to 2."),
        new Case(
            AnomalyType.SPARSE_FEATURE_NAME_COLLISION,
            columns.sparseFeatures(List.of(SparseFeature.of("v", "v", "i"))),
            more,
            ValidationContext.NONE,
            "Feature 'v' of split 'train': A feature of the schema has the same name."),
        new Case(
            AnomalyType.WEIGHTED_FEATURE_MISSING_VALUE,
            weighted,
            more,
            ValidationContext.NONE,
            of + "At least 3 examples have the weight 'i', but not the value 'v'."),
        new Case(
            AnomalyType.WEIGHTED_FEATURE_MISSING_WEIGHT,
            weighted,
            fewer,
            ValidationContext.NONE,
            of + "At least 3 examples have the value 'v', but not the weight 'i'."),
        new Case(
            AnomalyType.WEIGHTED_FEATURE_LENGTH_MISMATCH,
            weighted,
            uneven,
            ValidationContext.NONE,
            of + "'v' has 150 values in all, 1 to 3 in an example; 'i' has 150, 1 to 2."),
        new Case(
            AnomalyType.WEIGHTED_FEATURE_NAME_COLLISION,
            columns.weightedFeatures(List.of(WeightedFeature.of("v", "v", "i"))),
            more,
            ValidationContext.NONE,
            "Feature 'v' of split 'train': A feature of the schema has the same name."));
  }

  private static DatasetStatistics pair(CommonStatistics index, CommonStatistics value) {
    return train(
        100,
        number("i", ColumnType.INT, index, new Bucket(0, 9, 150)),
        number("v", ColumnType.INT, value, new Bucket(0, 9, 150)));
  }

  static Stream<Case> ofValidations() {
    FeatureStatistics feature = number("x", ColumnType.FLOAT, ALL, new Bucket(1, 4, 100));
    return Stream.of(
        of(
            AnomalyType.CUSTOM_VALIDATION,
            REAL.validations(List.of(CustomValidation.of("mean > 3 && numMissing == 0"))),
            feature,
            "mean > 3 && numMissing == 0 does not hold; mean = 2.5."),
        of(
            AnomalyType.STATS_NOT_AVAILABLE,
            REAL.validations(List.of(CustomValidation.of("avgLength < 3"))),
            feature,
            "avgLength < 3 cannot be checked: avgLength is not among the statistics of FLOAT."));
  }

  @ParameterizedTest
  @MethodSource({
    "ofBooleans",
    "ofText",
    "ofBytesAndShapes",
    "ofDrift",
    "ofDatasets",
    "ofJoinedFeatures",
    "io.pergola.validation.TokenAndNestingCases#ofTokens",
    "io.pergola.validation.TokenAndNestingCases#ofOtherTools",
    "ofValidations"
  })
  void eachIsFoundDescribedWithItsNumbersAndAcceptedByItsEdit(Case each) {
    DataAnomalies found = Validation.validate(each.statistics(), each.schema(), each.context());

    assertThat(found.anomalies()).extracting(Anomaly::type).containsExactly(each.type());
    assertThat(found.anomalies().get(0).description()).isEqualTo(each.fact());
    DataSchema accepting = found.accepting(each.schema());
    assertThat(Validation.validate(each.statistics(), accepting, each.context()).anomalies())
        .isEmpty();
    AnomaliesFile.write(found, folder);
    assertThat(AnomaliesFile.read(folder)).isEqualTo(found);
    SchemaFile.write(accepting, folder);
    assertThat(SchemaFile.read(folder)).isEqualTo(accepting);
  }

  @Test
  void everyTypeThatIsSaidToBeFoundIsFoundByATest() {
    Set<AnomalyType> tested =
        Stream.of(
                ofBooleans(),
                ofText(),
                ofBytesAndShapes(),
                ofDrift(),
                ofDatasets(),
                ofJoinedFeatures(),
                TokenAndNestingCases.ofTokens(),
                TokenAndNestingCases.ofOtherTools(),
                ofValidations())
            .flatMap(cases -> cases)
            .map(Case::type)
            .collect(Collectors.toCollection(TreeSet::new));
    ExampleValidatorTest.cases().map(ExampleValidatorTest.Case::type).forEach(tested::add);
    tested.add(AnomalyType.SCHEMA_NEW_COLUMN); // aNewColumnIsAnAnomalyWhoseEditIsTheInferredFeature
    tested.add(AnomalyType.NO_DATA_IN_SPAN); // aSplitWithoutExamplesIsAWarningOnly

    assertThat(tested).hasSize(59);
    assertThat(Arrays.stream(AnomalyType.values()).map(AnomalyType::number).distinct())
        .hasSize(AnomalyType.values().length);
  }
}
