package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.artifact.ExportedExamples;
import io.pergola.beam.BeamComponent;
import io.pergola.examplegen.internal.ExportJob;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.util.List;
import org.apache.beam.sdk.Pipeline;

/**
 * Writes examples as CSV, Avro, Parquet or TFRecord. Read again, the files give the same examples,
 * missing and empty features told apart; what a format cannot say is refused before anything is
 * written. {@code docs/reference/export.md} says what becomes what.
 *
 * @param examples what is written
 * @param format of the files
 * @param splits which are written; all if empty
 */
@BuiltIn
public record ExamplesExport<R>(
    Channel<Examples<R>> examples, FileFormat format, List<String> splits)
    implements BeamComponent<Channel<ExportedExamples>> {

  public ExamplesExport {
    splits = List.copyOf(splits);
  }

  /** Exports examples. */
  public static <R> Of<R> of(Channel<Examples<R>> examples) {
    return new Of<>(examples);
  }

  /** Which format is wanted. */
  public static final class Of<R> {
    private final Channel<Examples<R>> examples;

    private Of(Channel<Examples<R>> examples) {
      this.examples = examples;
    }

    /** Writes CSV with a header line; for examples without lists and bytes. */
    public ExamplesExport<R> toCsv() {
      return to(FileFormat.CSV);
    }

    /** Writes Avro object container files. */
    public ExamplesExport<R> toAvro() {
      return to(FileFormat.AVRO);
    }

    /** Writes Parquet, in the layout of examples. */
    public ExamplesExport<R> toParquet() {
      return to(FileFormat.PARQUET);
    }

    /** Writes TFRecord files of {@code tf.train.Example}; for examples without doubles. */
    public ExamplesExport<R> toTfRecord() {
      return to(FileFormat.TFRECORD);
    }

    private ExamplesExport<R> to(FileFormat format) {
      return new ExamplesExport<>(examples, format, List.of());
    }
  }

  /** Writes only these splits; default all. */
  public ExamplesExport<R> splits(String... names) {
    return new ExamplesExport<>(examples, format, List.of(names));
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<ExportedExamples> exported) {
    ExportJob.build(
        beam,
        artifacts.of(examples).directory(),
        splits,
        format,
        artifacts.of(exported).directory());
    artifacts.execution().property(exported, "export_format", format.title());
  }
}
