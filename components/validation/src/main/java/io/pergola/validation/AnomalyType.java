package io.pergola.validation;

/**
 * The kinds of anomalies, by their public names and numbers in {@code
 * tensorflow.metadata.v0.AnomalyInfo.Type}: all of them, so that findings of other tools can be
 * read.
 */
public enum AnomalyType {
  /** Another kind; in files of other tools only. */
  UNKNOWN_TYPE(0),
  /** An integer of a bool domain is above 1. */
  BOOL_TYPE_BIG_INT(1),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  BOOL_TYPE_BYTES_NOT_INT(2),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  BOOL_TYPE_BYTES_NOT_STRING(3),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  BOOL_TYPE_FLOAT_NOT_INT(4),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  BOOL_TYPE_FLOAT_NOT_STRING(5),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  BOOL_TYPE_INT_NOT_STRING(6),
  /** An integer of a bool domain is below 0. */
  BOOL_TYPE_SMALL_INT(7),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  BOOL_TYPE_STRING_NOT_INT(8),
  /** A string of a bool domain is neither its true nor its false value. */
  BOOL_TYPE_UNEXPECTED_STRING(9),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  ENUM_TYPE_BYTES_NOT_STRING(10),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  ENUM_TYPE_FLOAT_NOT_STRING(11),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  ENUM_TYPE_INT_NOT_STRING(12),
  /** Some value of a feature with a string domain is not UTF-8. */
  ENUM_TYPE_INVALID_UTF8(13),
  /** Too many strings are not in the domain; by default any is. */
  ENUM_TYPE_UNEXPECTED_STRING_VALUES(14),
  /** Some example has too many values. */
  FEATURE_TYPE_HIGH_NUMBER_VALUES(15),
  /** Too small a fraction of the examples has the feature. */
  FEATURE_TYPE_LOW_FRACTION_PRESENT(16),
  /** Too few examples have the feature. */
  FEATURE_TYPE_LOW_NUMBER_PRESENT(17),
  /** Some example has too few values. */
  FEATURE_TYPE_LOW_NUMBER_VALUES(18),
  /** No example has the feature. */
  FEATURE_TYPE_NOT_PRESENT(19),
  /** Not found here: see FEATURE_TYPE_LOW_NUMBER_VALUES. */
  FEATURE_TYPE_NO_VALUES(20),
  /** Not found here: see FEATURE_TYPE_HIGH_NUMBER_VALUES. */
  FEATURE_TYPE_UNEXPECTED_REPEATED(21),
  /** Some floating-point number is above the domain. */
  FLOAT_TYPE_BIG_FLOAT(22),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  FLOAT_TYPE_NOT_FLOAT(23),
  /** Some floating-point number is below the domain. */
  FLOAT_TYPE_SMALL_FLOAT(24),
  /** Some text of a float domain is not a number. */
  FLOAT_TYPE_STRING_NOT_FLOAT(25),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  FLOAT_TYPE_NON_STRING(26),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  FLOAT_TYPE_UNKNOWN_TYPE_NUMBER(27),
  /** Some integer is above the domain. */
  INT_TYPE_BIG_INT(28),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  INT_TYPE_INT_EXPECTED(29),
  /** Some text of an int domain is not an integer. */
  INT_TYPE_NOT_INT_STRING(30),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  INT_TYPE_NOT_STRING(31),
  /** Some integer is below the domain. */
  INT_TYPE_SMALL_INT(32),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  INT_TYPE_STRING_EXPECTED(33),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  INT_TYPE_UNKNOWN_TYPE_NUMBER(34),
  /** The examples lack a column that the schema expects. */
  SCHEMA_MISSING_COLUMN(35),
  /** The examples have a column that the schema, or the environment, lacks. */
  SCHEMA_NEW_COLUMN(36),
  /** Not found here: see the comparators. */
  SCHEMA_TRAINING_SERVING_SKEW(37),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  STRING_TYPE_NOW_FLOAT(38),
  /** Not found here: see UNEXPECTED_DATA_TYPE. */
  STRING_TYPE_NOW_INT(39),
  /** The statistics to compare with lack the feature. */
  COMPARATOR_CONTROL_DATA_MISSING(40),
  /** Not found here: see SCHEMA_MISSING_COLUMN. */
  COMPARATOR_TREATMENT_DATA_MISSING(41),
  /** The shares of the values have changed too much. */
  COMPARATOR_L_INFTY_HIGH(42),
  /** A split has no examples. */
  NO_DATA_IN_SPAN(43),
  /** Some example has an index of a sparse feature without its value. */
  SPARSE_FEATURE_MISSING_VALUE(44),
  /** Some example has a value of a sparse feature without an index. */
  SPARSE_FEATURE_MISSING_INDEX(45),
  /** Value and index of a sparse feature differ in length. */
  SPARSE_FEATURE_LENGTH_MISMATCH(46),
  /** A sparse feature has the name of a feature. */
  SPARSE_FEATURE_NAME_COLLISION(47),
  /** The statistics show a semantic domain that the schema lacks. */
  SEMANTIC_DOMAIN_UPDATE(48),
  /** Too few examples, compared with the previous span or version. */
  COMPARATOR_LOW_NUM_EXAMPLES(49),
  /** Too many examples, compared with the previous span or version. */
  COMPARATOR_HIGH_NUM_EXAMPLES(50),
  /** A split has too few examples. */
  DATASET_LOW_NUM_EXAMPLES(51),
  /** A number of a bool domain is neither 0 nor 1. */
  BOOL_TYPE_UNEXPECTED_FLOAT(52),
  /** Some value is NaN. */
  FLOAT_TYPE_HAS_NAN(53),
  /** A weighted feature has the name of a feature or sparse feature. */
  WEIGHTED_FEATURE_NAME_COLLISION(54),
  /** Some example has the weight of a weighted feature without its value. */
  WEIGHTED_FEATURE_MISSING_VALUE(55),
  /** Some example has the value of a weighted feature without its weight. */
  WEIGHTED_FEATURE_MISSING_WEIGHT(56),
  /** Value and weight of a weighted feature differ in length. */
  WEIGHTED_FEATURE_LENGTH_MISMATCH(57),
  /** A split has too many examples. */
  DATASET_HIGH_NUM_EXAMPLES(58),
  /** Too many distinct values. */
  FEATURE_TYPE_HIGH_UNIQUE(59),
  /** Too few distinct values. */
  FEATURE_TYPE_LOW_UNIQUE(60),
  /** Distinct values are limited, but the feature is not categorical. */
  FEATURE_TYPE_NO_UNIQUE(61),
  /** Some value is infinite. */
  FLOAT_TYPE_HAS_INF(62),
  /** The distribution has changed too much. */
  COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH(63),
  /** Too small a fraction of the values is an image of a known format. */
  LOW_SUPPORTED_IMAGE_FRACTION(64),
  /** The values are lists of another depth; in statistics of other tools only. */
  VALUE_NESTEDNESS_MISMATCH(65),
  /** The values are bytes, which the domain does not fit. */
  DOMAIN_INVALID_FOR_TYPE(66),
  /** Not found here: such a schema cannot be read. */
  FEATURE_MISSING_NAME(67),
  /** Not found here: such a schema cannot be read. */
  FEATURE_MISSING_TYPE(68),
  /** Not found here: such a schema cannot be read. */
  INVALID_SCHEMA_SPECIFICATION(69),
  /** The values have another type. */
  UNEXPECTED_DATA_TYPE(70),
  /** Some example has a token too seldom. */
  SEQUENCE_VALUE_TOO_FEW_OCCURRENCES(71),
  /** Some example has a token too often. */
  SEQUENCE_VALUE_TOO_MANY_OCCURRENCES(72),
  /** Too small a fraction of the examples has a token. */
  SEQUENCE_VALUE_TOO_SMALL_FRACTION(73),
  /** Too large a fraction of the examples has a token. */
  SEQUENCE_VALUE_TOO_LARGE_FRACTION(74),
  /** Too small a fraction of the tokens is in the vocabulary. */
  FEATURE_COVERAGE_TOO_LOW(75),
  /** The tokens are too short on average. */
  FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH(76),
  /** Not found here, nor by TFDV: places of tokens are not limited. */
  NLP_WRONG_LOCATION(77),
  /** A feature that is an embedding has not always its number of values. */
  EMBEDDING_SHAPE_INVALID(78),
  /** An image has too many bytes. */
  MAX_IMAGE_BYTE_SIZE_EXCEEDED(79),
  /** Not every example has as many values as the fixed shape says. */
  INVALID_FEATURE_SHAPE(80),
  /** Not found here: such a schema cannot be read. */
  INVALID_DOMAIN_SPECIFICATION(81),
  /** Not found here: each reason is an anomaly. */
  MULTIPLE_REASONS(82),
  /** The schema limits what the statistics do not have. */
  STATS_NOT_AVAILABLE(83),
  /** A derived feature is of a stage that is neither derived nor disabled. */
  DERIVED_FEATURE_BAD_LIFECYCLE(84),
  /** The schema does not say of a derived feature that it is. */
  DERIVED_FEATURE_INVALID_SOURCE(85),
  /** A custom validation does not hold. */
  CUSTOM_VALIDATION(86),
  /** Not found here: such a schema cannot be read. */
  BOOL_TYPE_INVALID_CONFIG(87),
  /** The counts of the values have changed too much. */
  COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH(88);

  private final int number;

  AnomalyType(int number) {
    this.number = number;
  }

  /** Its number in {@code tensorflow.metadata.v0.AnomalyInfo.Type}. */
  public int number() {
    return number;
  }
}
