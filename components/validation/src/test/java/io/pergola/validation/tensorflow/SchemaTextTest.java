package io.pergola.validation.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.CustomValidation;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetConstraints;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.DerivedSource;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.Embedding;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Domain.Mid;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.Domain.Struct;
import io.pergola.validation.Domain.Time;
import io.pergola.validation.Domain.TimeOfDay;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.Environments;
import io.pergola.validation.FeatureComparator;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.Severity;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.UniqueConstraints;
import io.pergola.validation.WeightedFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTextTest {
  /** As TensorFlow's data validation infers one of taxi trips, and people go on from there. */
  private static final String TAXI =
      """
      feature {
        name: "fare"
        value_count {
          min: 1
          max: 1
        }
        type: FLOAT
        float_domain {
          min: 0.0
          disallow_nan: true
        }
        presence {
          min_fraction: 1.0
          min_count: 1
        }
        drift_comparator {
          jensen_shannon_divergence {
            threshold: 0.125
          }
        }
      }
      feature {
        name: "payment_type"
        value_count {
          min: 1
          max: 1
        }
        type: BYTES
        domain: "payment_type"
        presence {
          min_fraction: 1.0
          min_count: 1
        }
        distribution_constraints {
          min_domain_mass: 0.75
        }
        annotation {
          comment: "how people paid"
        }
        skew_comparator {
          infinity_norm {
            threshold: 0.01
          }
        }
      }
      feature {
        name: "tips"
        value_count {
          min: 1
          max: 1
        }
        type: FLOAT
        presence {
          min_count: 1
        }
        not_in_environment: "SERVING"
      }
      feature {
        name: "trip_start_hour"
        type: INT
        int_domain {
          min: 0
          max: 23
        }
        presence {
          min_fraction: 1.0
          min_count: 1
        }
        shape {
          dim {
            size: 1
          }
        }
      }
      string_domain {
        name: "payment_type"
        value: "Cash"
        value: "Credit Card"
        value: "Pr\u00e9pay\u00e9"
      }
      default_environment: "TRAINING"
      default_environment: "SERVING"
      """;

  @TempDir Path folder;

  private static DataSchema taxi() {
    return new DataSchema(
            List.of(
                FeatureSchema.of("fare", FeatureType.FLOAT)
                    .presence(Presence.REQUIRED)
                    .values(ValueCounts.ONE)
                    .domain(
                        new FloatRange(
                            0, Double.POSITIVE_INFINITY, Special.DISALLOWED, Special.ALLOWED))
                    .drift(FeatureComparator.jensenShannon(0.125)),
                FeatureSchema.of("payment_type", FeatureType.TEXT)
                    .annotation("how people paid")
                    .presence(Presence.REQUIRED)
                    .values(ValueCounts.ONE)
                    .domain(new Strings(List.of("Cash", "Credit Card", "Prépayé")))
                    .minDomainMass(OptionalDouble.of(0.75))
                    .skew(FeatureComparator.infinityNorm(0.01)),
                FeatureSchema.of("tips", FeatureType.FLOAT)
                    .values(ValueCounts.ONE)
                    .environments(new Environments(List.of(), List.of("SERVING"))),
                FeatureSchema.of("trip_start_hour", FeatureType.INT)
                    .presence(Presence.REQUIRED)
                    .shape(Optional.of(FixedShape.of(1)))
                    .domain(new IntRange(0, 23))))
        .defaultEnvironments("TRAINING", "SERVING");
  }

  @Test
  void writesTheTextOfATaxiSchema() {
    assertThat(TensorFlowMetadata.printSchema(taxi())).isEqualTo(new Converted<>(TAXI, List.of()));
  }

  @Test
  void readsTheTextOfATaxiSchema() throws IOException {
    assertThat(read(TAXI)).isEqualTo(new Converted<>(taxi(), List.of()));
  }

  @Test
  void readsAllThatTheTextFormatAllows() throws IOException {
    String text =
        """
        # proto-file: schema.proto
        feature: <
          name: 'zone'  # a comment
          type: 1;
          domain: "zo" 'ne',
          presence { min_fraction: 1 min_count: 1 }
        >
        string_domain { name: "zone" value: ["\\303\\211toile", 'it\\'s', "tab\\there"] }
        default_environment: [ 'TRAINING' , "SERVING" ]
        """;

    assertThat(read(text).value())
        .isEqualTo(
            new DataSchema(
                    List.of(
                        FeatureSchema.of("zone", FeatureType.TEXT)
                            .presence(Presence.REQUIRED)
                            .domain(new Strings(List.of("Étoile", "it's", "tab\there")))))
                .defaultEnvironments("TRAINING", "SERVING"));
  }

  record DomainCase(FeatureType type, Domain domain) {}

  static List<DomainCase> everyDomainComesBack() {
    return List.of(
        new DomainCase(FeatureType.INT, new IntRange(-5, Long.MAX_VALUE, Meaning.CATEGORICAL)),
        new DomainCase(FeatureType.INT, IntRange.ANY),
        new DomainCase(FeatureType.TEXT, new IntRange(0, 3)),
        new DomainCase(FeatureType.FLOAT, FloatRange.FINITE),
        new DomainCase(
            FeatureType.FLOAT, new FloatRange(-0.5, 1.5, Special.ALLOWED, Special.DISALLOWED)),
        new DomainCase(FeatureType.TEXT, new Strings(List.of("a", "\"b'\\\n", "\u0001"))),
        new DomainCase(FeatureType.INT, Bool.OF_NUMBERS),
        new DomainCase(FeatureType.TEXT, new Bool(Optional.of("y"), Optional.of("n"))),
        new DomainCase(
            FeatureType.STRUCT,
            new Struct(
                List.of(
                    FeatureSchema.of("lat", FeatureType.FLOAT),
                    FeatureSchema.of("kind", FeatureType.TEXT).domain(new Strings(List.of("x")))))),
        new DomainCase(FeatureType.TEXT, NaturalLanguage.ANY),
        new DomainCase(
            FeatureType.TEXT,
            new NaturalLanguage(
                Optional.of("words"), OptionalDouble.of(0.9), OptionalDouble.of(3.5))),
        new DomainCase(FeatureType.BYTES, Image.ANY),
        new DomainCase(
            FeatureType.BYTES, new Image(OptionalDouble.of(0.9), OptionalLong.of(1L << 40))),
        new DomainCase(FeatureType.TEXT, new Url()),
        new DomainCase(FeatureType.TEXT, new Mid()),
        new DomainCase(FeatureType.TEXT, new Time(Optional.of("%Y-%m-%d"), Optional.empty())),
        new DomainCase(
            FeatureType.INT, new Time(Optional.empty(), Optional.of(Time.Unit.UNIX_DAYS))),
        new DomainCase(FeatureType.TEXT, new TimeOfDay("%H:%M")),
        new DomainCase(FeatureType.FLOAT, new Embedding(128)));
  }

  @ParameterizedTest
  @MethodSource
  void everyDomainComesBack(DomainCase one) throws IOException {
    DataSchema schema =
        new DataSchema(List.of(FeatureSchema.of("f", one.type()).domain(one.domain())));

    Converted<String> text = TensorFlowMetadata.printSchema(schema);

    assertThat(text.notes()).isEmpty();
    assertThat(read(text.value())).isEqualTo(new Converted<>(schema, List.of()));
  }

  @Test
  void everythingElseOfASchemaComesBack() throws IOException {
    FeatureComparator all =
        FeatureComparator.infinityNorm(0.1)
            .withJensenShannon(OptionalDouble.of(0.2))
            .of(HistogramSelection.QUANTILES)
            .withNormalizedAbsDifference(OptionalDouble.of(0.3));
    DataSchema schema =
        new DataSchema(
                List.of(
                    FeatureSchema.of("ids", FeatureType.INT)
                        .annotation("tag: user_feature\nfirst line\nsecond line")
                        .stage(LifecycleStage.DEBUG_ONLY)
                        .environments(new Environments(List.of("BATCH"), List.of("SERVING")))
                        .presence(new Presence(0.5, 0))
                        .values(new ValueCounts(0, 20))
                        .unique(Optional.of(new UniqueConstraints(2, Long.MAX_VALUE)))
                        .drift(all)
                        .skew(all),
                    FeatureSchema.of("weights", FeatureType.FLOAT).presence(Presence.NONE),
                    FeatureSchema.of("raw", FeatureType.BYTES)
                        .values(new ValueCounts(1, Long.MAX_VALUE))))
            .annotation("of the whole")
            .dataset(
                new DatasetConstraints(
                    OptionalLong.of(10),
                    OptionalLong.of(1_000),
                    NumericValueComparator.of(0.5, 2),
                    new NumericValueComparator(OptionalDouble.of(1), OptionalDouble.empty())))
            .sparseFeatures(
                List.of(
                    new SparseFeature(
                        "sparse",
                        LifecycleStage.ALPHA,
                        List.of("row", "column"),
                        "weights",
                        SparseFeature.Order.SORTED,
                        Optional.of(FixedShape.of(3, 4)))))
            .weightedFeatures(List.of(WeightedFeature.of("tokens", "ids", "weights")));

    Converted<String> text = TensorFlowMetadata.printSchema(schema);

    assertThat(text.notes()).isEmpty();
    assertThat(read(text.value())).isEqualTo(new Converted<>(schema, List.of()));
  }

  @Test
  void textWithoutADomainIsReadAsBytesWhichTextIs() throws IOException {
    Converted<String> text =
        TensorFlowMetadata.printSchema(
            new DataSchema(List.of(FeatureSchema.of("company", FeatureType.TEXT))));

    assertThat(read(text.value()).value().features())
        .containsExactly(FeatureSchema.of("company", FeatureType.BYTES));
  }

  @Test
  void saysWhatSchemaPbtxtHasNoPlaceFor() {
    DataSchema schema =
        new DataSchema(
                List.of(
                    FeatureSchema.of("fare", FeatureType.FLOAT)
                        .values(new ValueCounts(2, 3))
                        .shape(Optional.of(FixedShape.of(4)))
                        .domain(new FloatRange(0.1, 0.7, Special.ALLOWED, Special.ALLOWED))
                        .validations(List.of(CustomValidation.of("mean > 3")))
                        .severities(Map.of(AnomalyType.FLOAT_TYPE_BIG_FLOAT, Severity.WARNING))))
            .severities(Map.of(AnomalyType.SCHEMA_NEW_COLUMN, Severity.WARNING));

    assertThat(TensorFlowMetadata.printSchema(schema).notes())
        .containsExactly(
            "Not taken over: the number of values of feature 'fare', which has a fixed shape.",
            "The limit 0.1 of feature 'fare' becomes 0.099999994: limits have 32 bits there.",
            "The limit 0.7 of feature 'fare' becomes 0.70000005: limits have 32 bits there.",
            "Not taken over: the validations of feature 'fare'.",
            "Not taken over: the severities of anomalies of feature 'fare'.",
            "Not taken over: the severities of anomalies of the schema.");
  }

  @Test
  void saysWhatASchemaHasNoPlaceFor() throws IOException {
    String text =
        """
        feature {
          name: "items" type: BYTES deprecated: true
          group_presence { required: true }
          value_counts { value_count { min: 1 } value_count { min: 1 } }
          annotation { comment: "c" extra_metadata { type_url: "x/y" value: "z" } }
          in_environment: "A" in_environment: "B" not_in_environment: "B"
          sequence_metadata { joint_group: "g" }
          natural_language_domain { coverage { min_coverage: 0.5 oov_string_tokens: "[UNK]" } }
        }
        feature { name: "n" type: INT float_domain { min: 1 } }
        feature { name: "a" type: BYTES domain: "d" }
        feature { name: "b" type: BYTES domain: "d" }
        string_domain { name: "d" value: "v" }
        string_domain { name: "alone" value: "v" }
        represent_variable_length_as_ragged: true
        tensor_representation_group {
          key: "" value { tensor_representation {
            key: "n" value { varlen_sparse_tensor { column_name: "n" } } } }
        }
        """;

    Converted<DataSchema> schema = read(text);

    assertThat(schema.value().features().get(0))
        .isEqualTo(
            FeatureSchema.of("items", FeatureType.TEXT)
                .annotation("c")
                .stage(LifecycleStage.DEPRECATED)
                .environments(new Environments(List.of("A"), List.of("B")))
                .presence(Presence.NONE)
                .nestedValues(
                    List.of(new ValueCounts(1, Long.MAX_VALUE), new ValueCounts(1, Long.MAX_VALUE)))
                .domain(
                    new NaturalLanguage(
                        Optional.empty(),
                        OptionalDouble.of(0.5),
                        OptionalDouble.empty(),
                        List.of(),
                        List.of("[UNK]"),
                        List.of())));
    assertThat(schema.notes())
        .containsExactlyInAnyOrder(
            "feature 'items' is named both in and not in B; it is not in it, as TensorFlow's tools"
                + " see it.",
            "Not taken over: floatRange of feature 'n', which does not fit its type INT.",
            "The 2 features with domain 'd' have a copy of it each: from now on one can change"
                + " without the others.",
            "Not taken over: string_domain 'alone', which no feature uses.",
            "Not taken over: tensor_representation_group (1) of the schema.",
            "Not taken over: represent_variable_length_as_ragged 'true' of the schema.",
            "Not taken over: group_presence of feature 'items'.",
            "Not taken over: sequence_metadata of feature 'items'.",
            "Not taken over: annotation.extra_metadata (1) of feature 'items'.");
  }

  @Test
  void tokensNestingAndDerivedSourcesGoBothWays() throws IOException {
    String text =
        """
        feature { name: "words" type: INT
          value_counts { value_count { min: 1 max: 2 } value_count { max: 7 } }
          natural_language_domain {
            vocabulary: "v"
            coverage { min_avg_token_length: 2.5 excluded_string_tokens: "[PAD]"
              excluded_int_tokens: 3 oov_string_tokens: "[UNK]" }
            token_constraints { int_value: 7 min_per_sequence: 1 max_per_sequence: 2 }
            token_constraints { string_value: "[CLS]" min_fraction_of_sequences: 0.5 }
          }
          lifecycle_stage: VALIDATION_DERIVED
          validation_derived_source { deriver_name: "argmax_top_k" description: "d"
            source_path { step: "logits" } }
        }
        """;

    Converted<DataSchema> schema = read(text);

    FeatureSchema words = schema.value().features().get(0);
    assertThat(schema.notes()).isEmpty();
    assertThat(words.nestedValues()).containsExactly(new ValueCounts(1, 2), new ValueCounts(0, 7));
    assertThat(words.derived()).contains(new DerivedSource("argmax_top_k", "d", List.of("logits")));
    assertThat(words.domain())
        .contains(
            new NaturalLanguage(
                Optional.of("v"),
                OptionalDouble.empty(),
                OptionalDouble.of(2.5),
                List.of("[PAD]", "3"),
                List.of("[UNK]"),
                List.of(
                    new NaturalLanguage.TokenConstraint(
                        "7", new ValueCounts(1, 2), OptionalDouble.empty(), OptionalDouble.empty()),
                    new NaturalLanguage.TokenConstraint(
                        "[CLS]",
                        ValueCounts.ANY,
                        OptionalDouble.of(0.5),
                        OptionalDouble.empty()))));
    Path file = folder.resolve("again.pbtxt");
    assertThat(TensorFlowMetadata.writeSchema(schema.value(), file)).isEmpty();
    assertThat(TensorFlowMetadata.readSchema(file).value()).isEqualTo(schema.value());
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() throws IOException {
    Path file = folder.resolve("schema.pbtxt");
    Files.writeString(
        file,
        """
        feature { name: "a" }
        feature { name: "b" type: BYTES domain: "colours" }
        feature { name: "c" type: INT int_domain { min: 3 max: 2 } }
        feature { name: "d" type: INT drift_comparator { infinity_norm { threshold: 1.5 } } }
        """);

    assertThatThrownBy(() -> TensorFlowMetadata.readSchema(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot take over %s: feature 'a': it has no type (INT, FLOAT, BYTES or STRUCT);"
                + " feature 'b': its domain 'colours' is not there (there are none); feature 'c':"
                + " Invalid int range: 3 to 2 (min <= max); feature 'd': Invalid infinityNorm: 1.5"
                + " (0 to 1). Correct the file.",
            file);
  }

  @Test
  void aFieldThatNoSchemaHasIsRefusedWithItsLine() throws IOException {
    Path file = folder.resolve("schema.pbtxt");
    Files.writeString(file, "feature {\n  name: 'a'\n  colour: 3\n}\n");

    assertThatThrownBy(() -> TensorFlowMetadata.readSchema(file))
        .hasMessageStartingWith("Cannot read %s line 3 column 3: ".formatted(file))
        .hasMessageContaining("colour")
        .hasMessageEndingWith("Correct the file; tensorflow.metadata.v0.Schema is expected in it.");
  }

  private Converted<DataSchema> read(String text) throws IOException {
    Path file = folder.resolve("schema.pbtxt");
    Files.writeString(file, text);
    return TensorFlowMetadata.readSchema(folder);
  }
}
