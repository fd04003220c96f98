package io.pergola.examplegen.internal;

import io.pergola.artifact.Examples;
import io.pergola.examplegen.FileExampleGen;
import io.pergola.examplegen.FileFormat;
import io.pergola.examplegen.InputOptions;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/**
 * The Beam job that turns files into examples, whatever their format: one pass over pieces of large
 * files if the format needs it, one pass that finds columns where they are not known, one that
 * reads and writes. What each worker reads depends on the input alone.
 */
public final class ExampleJob {
  /** The bytes of input that become a part of each split. */
  public static final long CHUNK_BYTES = 32L << 20;

  private final InputFormat format;
  private final List<Chunk> chunks;
  private final InputOptions options;

  private ExampleJob(InputFormat format, List<Chunk> chunks, InputOptions options) {
    this.format = format;
    this.chunks = chunks;
    this.options = options;
    format.names().ifPresent(names -> ReadPlan.requireKnown(options, names));
  }

  /**
   * The job of an ExampleGen in a run.
   *
   * @param formatOf looks at the files, in order
   */
  public static ExampleJob of(
      FileExampleGen<?, ?> gen,
      Artifacts artifacts,
      Function<List<InputFile>, InputFormat> formatOf) {
    List<InputSource.Part> parts = InputSource.of(gen).parts(artifacts);
    return of(gen.format(), parts, gen.options(), CHUNK_BYTES, formatOf);
  }

  /** The job of a source that is no file, and knows itself what each worker reads. */
  public static ExampleJob of(InputFormat format, List<Chunk> chunks, InputOptions options) {
    return new ExampleJob(format, chunks, options);
  }

  static ExampleJob of(
      FileFormat fileFormat,
      List<InputSource.Part> parts,
      InputOptions options,
      long chunkBytes,
      Function<List<InputFile>, InputFormat> formatOf) {
    List<List<InputFile>> files =
        parts.stream().map(part -> InputFiles.open(part.files(), fileFormat)).toList();
    InputFormat format = formatOf.apply(files.stream().flatMap(List::stream).toList());
    List<Chunk> chunks = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      chunks.addAll(
          Chunk.plan(format, files.get(p), chunkBytes, chunks.size(), parts.get(p).split()));
    }
    return new ExampleJob(format, chunks, options);
  }

  /** Adds the job's steps, and notes what is known of the examples. */
  public void build(Pipeline beam, Artifacts artifacts, Channel<? extends Examples<?>> examples) {
    build(beam, artifacts.of(examples).directory());
    artifacts
        .execution()
        .property(
            examples,
            "split_names",
            options.splits().stream()
                .map(split -> "\"" + split.name() + "\"")
                .collect(Collectors.joining(",", "[", "]")));
    artifacts.execution().property(examples, "ignored_columns", format.ignoredColumns());
  }

  void build(Pipeline beam, Path examples) {
    PCollection<Chunk> source =
        beam.apply("Chunks", Read.from(new ElementSource<>(Chunk.class, chunks)));
    List<PCollectionView<?>> sides = new ArrayList<>();
    @Nullable PCollectionView<Iterable<PieceScan>> scans = scans(beam);
    Optional.ofNullable(scans).ifPresent(sides::add);
    @Nullable PCollectionView<byte[]> found = null;
    if (format.columns().isEmpty()) {
      found =
          source
              .apply(
                  "FindColumns",
                  ParDo.of(new LookFn(format, scans, options.badRows()))
                      .withSideInputs(List.copyOf(sides)))
              .setCoder(ByteArrayCoder.of())
              .apply("MergeColumns", Combine.globally(new LookFn.Merge(format)).asSingletonView());
      sides.add(found);
    }
    PCollection<RowCounts> counts =
        source
            .apply(
                "WriteSplits",
                ParDo.of(new WriteFn(format, options, examples, scans, found))
                    .withSideInputs(sides))
            .setCoder(SerializableCoder.of(RowCounts.class));
    if (options.countsRows()) {
      counts
          .apply("AddCounts", Combine.globally(ExampleJob::together))
          .apply("WriteCounts", ParDo.of(new RowsFile.WriteFn(examples)));
    }
  }

  private static RowCounts together(Iterable<RowCounts> counts) {
    RowCounts all = RowCounts.NONE;
    for (RowCounts some : counts) {
      all = all.plus(some);
    }
    return all;
  }

  private @Nullable PCollectionView<Iterable<PieceScan>> scans(Pipeline beam) {
    List<Piece> cut = new ArrayList<>();
    if (format.scansPieces()) {
      for (Chunk chunk : chunks) {
        chunk.pieces().stream().filter(Piece::isCut).forEach(cut::add);
      }
    }
    return cut.isEmpty()
        ? null
        : beam.apply("Pieces", Read.from(new ElementSource<>(Piece.class, cut)))
            .apply("ScanPieces", ParDo.of(new ScanFn(format)))
            .setCoder(SerializableCoder.of(PieceScan.class))
            .apply(View.asIterable());
  }
}
