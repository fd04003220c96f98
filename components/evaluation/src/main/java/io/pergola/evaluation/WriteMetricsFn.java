package io.pergola.evaluation;

import io.pergola.model.Signature;
import io.pergola.validation.SliceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;

/** Computes the metrics from the merged accumulators and writes them. */
final class WriteMetricsFn extends DoFn<SliceAccumulators, Void> {
  private static final long serialVersionUID = 1L;

  private final String modelDirectory;
  private final List<String> splits;
  private final SliceAccumulators.Baseline baseline;
  private final String directory;

  WriteMetricsFn(
      String modelDirectory,
      List<String> splits,
      SliceAccumulators.Baseline baseline,
      String directory) {
    this.modelDirectory = modelDirectory;
    this.splits = splits;
    this.baseline = baseline;
    this.directory = directory;
  }

  @ProcessElement
  public void write(@Element SliceAccumulators merged) throws IOException {
    Signature signature = Signature.read(Path.of(modelDirectory));
    List<EvaluationResult.Slice> slices = merged.results();
    long examples =
        slices.stream()
            .filter(slice -> slice.key().equals(SliceKey.OVERALL))
            .mapToLong(EvaluationResult.Slice::examples)
            .sum();
    if (examples == 0) {
      throw nothingToEvaluateOn(splits);
    }
    Path into = Path.of(directory);
    Files.createDirectories(into);
    EvaluationFile.write(
        into,
        new EvaluationResult(
            signature.task(),
            signature.label().orElseThrow(),
            splits,
            examples,
            merged.unlabelled(),
            baseline == SliceAccumulators.Baseline.PRESENT,
            slices));
  }

  static IllegalArgumentException nothingToEvaluateOn(List<String> splits) {
    return new IllegalArgumentException(
        "Cannot evaluate on %s: no example has a label. Evaluate on a split whose examples have one."
            .formatted(String.join(", ", splits)));
  }
}
