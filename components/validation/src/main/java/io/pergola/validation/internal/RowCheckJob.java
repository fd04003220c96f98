package io.pergola.validation.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.beam.RowGroups;
import io.pergola.validation.AnomalousExamplesFile;
import io.pergola.validation.AnomalousRows;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.jspecify.annotations.Nullable;

/** The job of AnomalousExamplesGen: one pass over the row groups, then findings are merged. */
public final class RowCheckJob {
  private RowCheckJob() {}

  /**
   * Adds the job to an empty pipeline.
   *
   * @param schema directory of a schema artifact
   * @param sample rows kept of each rule and split
   */
  public static void build(
      Pipeline beam,
      Path examples,
      Path schema,
      Optional<String> environment,
      int sample,
      Path into) {
    List<String> splits = ExampleFiles.splits(examples);
    SerializableCoder<RowFindings> coder = SerializableCoder.of(RowFindings.class);
    beam.apply("RowGroups", RowGroups.of(examples))
        .apply("Check", ParDo.of(new Check(schema.toString(), environment.orElse(null), sample)))
        .setCoder(coder)
        .apply("Merge", Combine.globally(new Merge(sample)).withoutDefaults())
        .setCoder(coder)
        .apply("Write", ParDo.of(new Write(splits, into.toString())));
  }

  /** Writes that nothing was found in examples without a single row group. */
  public static void writeEmpty(Path examples, Path into) {
    write(new RowFindings(), ExampleFiles.splits(examples), into);
  }

  private static void write(RowFindings findings, List<String> splits, Path into) {
    splits.forEach(split -> findings.addRows(split, 0, 0));
    AnomalousExamplesFile.write(new AnomalousRows(findings.splits()), into);
  }

  private static final class Check extends DoFn<RowGroup, RowFindings> {
    private static final long serialVersionUID = 1L;

    private final String schemaDirectory;
    private final @Nullable String environment;
    private final int sample;
    private final Counter rows = JobCounters.rows();
    private transient @Nullable DataSchema schema;

    Check(String schemaDirectory, @Nullable String environment, int sample) {
      this.schemaDirectory = schemaDirectory;
      this.environment = environment;
      this.sample = sample;
    }

    @ProcessElement
    public void process(@Element RowGroup group, OutputReceiver<RowFindings> out)
        throws IOException {
      DataSchema expected = schema;
      if (expected == null) {
        expected = SchemaFile.read(Path.of(schemaDirectory));
        schema = expected;
      }
      ExampleBatch batch = RowGroupReader.read(group);
      RowFindings findings = new RowFindings();
      new RowChecks(expected, Optional.ofNullable(environment), sample)
          .check(group.split(), group.firstRow(), batch, findings);
      rows.inc(batch.rows());
      out.output(findings);
    }
  }

  private static final class Merge
      extends Combine.CombineFn<RowFindings, RowFindings, RowFindings> {
    private static final long serialVersionUID = 1L;

    private final int sample;

    Merge(int sample) {
      this.sample = sample;
    }

    @Override
    public RowFindings createAccumulator() {
      return new RowFindings();
    }

    @Override
    public RowFindings addInput(RowFindings accumulator, RowFindings input) {
      accumulator.merge(input, sample);
      return accumulator;
    }

    @Override
    public RowFindings mergeAccumulators(Iterable<RowFindings> accumulators) {
      RowFindings merged = new RowFindings();
      accumulators.forEach(each -> merged.merge(each, sample));
      return merged;
    }

    @Override
    public RowFindings extractOutput(RowFindings accumulator) {
      return accumulator;
    }
  }

  private static final class Write extends DoFn<RowFindings, Void> {
    private static final long serialVersionUID = 1L;

    private final List<String> splits;
    private final String directory;

    Write(List<String> splits, String directory) {
      this.splits = List.copyOf(splits);
      this.directory = directory;
    }

    @ProcessElement
    public void process(@Element RowFindings findings) {
      RowFindings all = new RowFindings();
      all.merge(findings, Integer.MAX_VALUE);
      write(all, splits, Path.of(directory));
    }
  }
}
