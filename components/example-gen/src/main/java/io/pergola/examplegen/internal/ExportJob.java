package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.examplegen.FileFormat;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.jspecify.annotations.Nullable;

/** The Beam job that writes examples in a format of others: a file a row group. */
public final class ExportJob {
  private ExportJob() {}

  /**
   * A file to write.
   *
   * @param group whose rows it has; null if the split has none
   */
  record Part(String split, int number, @Nullable RowGroup group) implements Serializable {}

  /**
   * Adds the steps of the job.
   *
   * @param splits which are written; all if empty
   * @throws IllegalArgumentException if the format cannot say what the examples hold
   */
  public static void build(
      Pipeline beam, Path examples, List<String> splits, FileFormat format, Path exported) {
    ExampleSchema schema = ExampleFiles.schema(examples);
    ExportFormat.of(format).check(schema);
    List<Part> parts = parts(examples, splits.isEmpty() ? ExampleFiles.splits(examples) : splits);
    beam.apply("RowGroups", Read.from(new ElementSource<>(Part.class, parts)))
        .apply("WriteFiles", ParDo.of(new WriteFn(format, schema, exported)));
  }

  /** A part for each row group, and one for a split that has none. */
  static List<Part> parts(Path examples, List<String> splits) {
    List<Part> parts = new ArrayList<>();
    for (String split : splits) {
      List<RowGroup> groups = ExampleFiles.rowGroups(examples, List.of(split));
      if (groups.isEmpty()) {
        parts.add(new Part(split, 0, null));
      }
      for (int i = 0; i < groups.size(); i++) {
        parts.add(new Part(split, i, groups.get(i)));
      }
    }
    return parts;
  }

  private static final class WriteFn extends DoFn<Part, Void> {
    private static final long serialVersionUID = 1L;

    private final Counter rows = JobCounters.rows();
    private final FileFormat format;
    private final ExampleSchema schema;
    private final String exported;

    WriteFn(FileFormat format, ExampleSchema schema, Path exported) {
      this.format = format;
      this.schema = schema;
      this.exported = exported.toString();
    }

    @ProcessElement
    public void process(@Element Part part) throws IOException {
      ExportFormat writer = ExportFormat.of(format);
      Path file =
          Path.of(exported, part.split(), "part-%05d%s".formatted(part.number(), writer.suffix()));
      Path temporary = DurableFiles.temporary(file);
      boolean published = false;
      RowGroup group = part.group();
      try {
        writer.write(
            temporary,
            schema,
            group == null ? new ExampleBatchBuilder(schema).build() : RowGroupReader.read(group));
        DurableFiles.publish(temporary, file);
        published = true;
      } finally {
        if (!published) {
          Files.deleteIfExists(temporary);
        }
      }
      rows.inc(group == null ? 0 : group.rows());
    }
  }
}
