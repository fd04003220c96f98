package io.pergola.validation.tensorflow;

import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pergola.beam.ColumnType;
import io.pergola.validation.Histogram;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.TokenStatistics.Reported;
import java.util.List;
import java.util.Optional;

/** Statistics of tokens as the {@code NaturalLanguageStatistics} that a feature has packed. */
final class TokensMessage {
  private static final String NAME = "nl_statistics";
  private static final String URL = "type.googleapis.com/";

  private TokensMessage() {}

  static void put(Draft feature, ColumnType type, TokenStatistics from) {
    Draft to = new Draft(Messages.LANGUAGE);
    if (!Double.isNaN(from.coverage())) {
      to.putNonzero("feature_coverage", from.coverage());
    }
    if (!Double.isNaN(from.averageLength())) {
      to.putNonzero("avg_token_length", from.averageLength());
    }
    to.putNonzero("min_sequence_length", from.minSequence());
    to.putNonzero("max_sequence_length", from.maxSequence());
    putHistogram(to, "token_length_histogram", from.lengths());
    putHistogram(to, "sequence_length_histogram", from.sequences());
    StatisticsWriter.putRanks(to, StatisticsWriter.weights(from.ranks()));
    for (Reported token : from.reported()) {
      to.add("token_statistics", reported(to.of("token_statistics"), type, token));
    }
    Any any =
        Any.newBuilder()
            .setTypeUrl(URL + Messages.LANGUAGE.getFullName())
            .setValue(to.done().toByteString())
            .build();
    feature.add("custom_stats", feature.of("custom_stats").put("name", NAME).put("any", any));
    CustomValues.put(feature, CustomValues.TOKENS, from.tokens());
    if (!Double.isNaN(from.meanSequence())) {
      CustomValues.put(feature, CustomValues.MEAN_SEQUENCE, from.meanSequence());
    }
    CustomValues.put(feature, CustomValues.FREQUENCY_ERROR_OF_TOKENS, from.frequencyError());
  }

  private static void putHistogram(Draft to, String field, Histogram from) {
    if (!from.buckets().isEmpty()) {
      to.put(field, StatisticsWriter.buckets(to.of(field).choose("type", "QUANTILES"), from));
    }
  }

  private static Draft reported(Draft to, ColumnType type, Reported from) {
    if (type == ColumnType.INT && from.token().matches("-?\\d{1,18}")) {
      to.put("int_token", Long.parseLong(from.token()));
    } else {
      to.put("string_token", from.token());
    }
    to.putNonzero("frequency", (double) from.frequency())
        .putNonzero("fraction_of_sequences", from.fractionOfSequences())
        .putNonzero("per_sequence_min_frequency", (double) from.minPerSequence())
        .putNonzero("per_sequence_max_frequency", (double) from.maxPerSequence());
    if (!Double.isNaN(from.meanPerSequence())) {
      to.putNonzero("per_sequence_avg_frequency", from.meanPerSequence());
    }
    return from.positions().buckets().isEmpty()
        ? to
        : to.put("positions", StatisticsWriter.buckets(to.of("positions"), from.positions()));
  }

  /** The statistics of tokens of a feature, if it has any; what cannot be read is noted. */
  static Optional<TokenStatistics> read(String feature, CustomValues custom, Notes notes) {
    return custom.packed(NAME).flatMap(any -> read(feature, any, custom, notes));
  }

  private static Optional<TokenStatistics> read(
      String feature, Fields any, CustomValues custom, Notes notes) {
    String type = any.text("type_url");
    if (!type.endsWith("/" + Messages.LANGUAGE.getFullName())) {
      notes.add("Not taken over: nl_statistics of feature '%s', a %s.", feature, type);
      return Optional.empty();
    }
    try {
      Fields in =
          new Fields(
              DynamicMessage.parseFrom(Messages.LANGUAGE, any.bytes("value")),
              "feature '%s'".formatted(feature),
              notes);
      TokenStatistics found = tokens(feature, in, custom);
      in.finish();
      return Optional.of(found);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "nl_statistics of feature '%s' is no such message".formatted(feature), e);
    }
  }

  private static TokenStatistics tokens(String feature, Fields in, CustomValues custom) {
    List<Reported> reported =
        in.messages("token_statistics").stream().map(TokensMessage::reported).toList();
    return new TokenStatistics(
        feature,
        (long) custom.number(CustomValues.TOKENS, 0),
        in.number("feature_coverage"),
        in.number("avg_token_length"),
        FeatureReader.histogram(in.message("token_length_histogram")),
        in.whole("min_sequence_length"),
        in.whole("max_sequence_length"),
        custom.number(CustomValues.MEAN_SEQUENCE, Double.NaN),
        FeatureReader.histogram(in.message("sequence_length_histogram")),
        FeatureReader.counts(FeatureReader.ranks(in.message("rank_histogram"), feature)),
        (long) custom.number(CustomValues.FREQUENCY_ERROR_OF_TOKENS, 0),
        reported);
  }

  private static Reported reported(Fields in) {
    double frequency = in.number("frequency");
    return new Reported(
        in.has("int_token") ? Long.toString(in.whole("int_token")) : in.text("string_token"),
        Math.round(frequency),
        in.number("fraction_of_sequences"),
        Math.round(in.number("per_sequence_min_frequency")),
        Math.round(in.number("per_sequence_max_frequency")),
        frequency == 0 ? Double.NaN : in.number("per_sequence_avg_frequency"),
        FeatureReader.histogram(in.message("positions")));
  }
}
