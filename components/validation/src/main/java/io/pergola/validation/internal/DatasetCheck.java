package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetConstraints;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.SchemaEdit;
import io.pergola.validation.SchemaEdit.OfDataset;
import io.pergola.validation.SplitStatistics;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/** Compares the number of examples of a split with what is expected. */
record DatasetCheck(Findings findings, DataSchema schema, ValidationContext context) {

  void check(SplitStatistics split) {
    DatasetConstraints limits = schema.dataset();
    long n = split.examples();
    if (n == 0) {
      findings.add(
          AnomalyType.NO_DATA_IN_SPAN,
          "No examples",
          "Split '%s' has no examples.".formatted(split.name()),
          Optional.empty());
    }
    if (n < limits.minExamples().orElse(0)) {
      findings.add(
          AnomalyType.DATASET_LOW_NUM_EXAMPLES,
          "Too few examples",
          "Split '%s' has %s; the schema expects at least %,d."
              .formatted(split.name(), Findings.examples(n), limits.minExamples().getAsLong()),
          accepted(limits.minExamples(OptionalLong.of(n))));
    }
    if (n > limits.maxExamples().orElse(Long.MAX_VALUE)) {
      findings.add(
          AnomalyType.DATASET_HIGH_NUM_EXAMPLES,
          "Too many examples",
          "Split '%s' has %s; the schema expects at most %,d."
              .formatted(split.name(), Findings.examples(n), limits.maxExamples().getAsLong()),
          accepted(limits.maxExamples(OptionalLong.of(n))));
    }
    if (n > 0) {
      ValidationContext.split(context.previousSpan(), split.name())
          .ifPresent(
              control ->
                  compare(
                      split,
                      control,
                      "the previous span",
                      limits.numExamplesDrift(),
                      limits::numExamplesDrift));
      ValidationContext.split(context.previousVersion(), split.name())
          .ifPresent(
              control ->
                  compare(
                      split,
                      control,
                      "the previous version",
                      limits.numExamplesVersion(),
                      limits::numExamplesVersion));
    }
  }

  private void compare(
      SplitStatistics split,
      SplitStatistics control,
      String name,
      NumericValueComparator limits,
      Function<NumericValueComparator, DatasetConstraints> with) {
    double ratio = (double) split.examples() / control.examples();
    String fact =
        "Split '%s' has %s, %s those of %s (%,d); the schema expects at "
            .formatted(
                split.name(),
                Findings.examples(split.examples()),
                control.examples() == 0 ? "infinitely many times" : times(ratio),
                name,
                control.examples());
    OptionalDouble max = limits.maxFraction();
    if (max.isPresent() && ratio > max.getAsDouble()) {
      OptionalDouble accepted =
          control.examples() == 0 ? OptionalDouble.empty() : OptionalDouble.of(ratio);
      findings.add(
          AnomalyType.COMPARATOR_HIGH_NUM_EXAMPLES,
          "Too many examples, compared with " + name,
          fact + "most " + times(max.getAsDouble()) + ".",
          accepted(with.apply(new NumericValueComparator(limits.minFraction(), accepted))));
    }
    OptionalDouble min = limits.minFraction();
    if (min.isPresent() && ratio < min.getAsDouble()) {
      findings.add(
          AnomalyType.COMPARATOR_LOW_NUM_EXAMPLES,
          "Too few examples, compared with " + name,
          fact + "least " + times(min.getAsDouble()) + ".",
          accepted(
              with.apply(
                  new NumericValueComparator(OptionalDouble.of(ratio), limits.maxFraction()))));
    }
  }

  private static String times(double ratio) {
    return Findings.number(ratio) + " times";
  }

  private static Optional<SchemaEdit> accepted(DatasetConstraints constraints) {
    return Optional.of(new OfDataset(constraints));
  }
}
