package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/**
 * The Beam job that joins: a part a row group of the left side. The right side is in memory, or if
 * it is too large is joined partition by partition.
 */
public final class JoinJob {
  private JoinJob() {}

  /** Adds the steps of the job. */
  public static void build(Pipeline beam, Path left, JoinPlan plan, Path joined) {
    List<ExportJob.Part> parts = ExportJob.parts(left, ExampleFiles.splits(left));
    if (plan.partitions() > 1) {
      PartitionedJoin.build(beam, parts, plan, joined);
      return;
    }
    beam.apply("RowGroups", Read.from(new ElementSource<>(ExportJob.Part.class, parts)))
        .apply("Join", ParDo.of(new JoinFn(plan, joined)));
  }

  /**
   * Writes a part of the result.
   *
   * @param rows none if the split has none
   */
  static void write(String joined, ExportJob.Part part, JoinPlan plan, Optional<ExampleBatch> rows)
      throws IOException {
    Path file = ExampleFiles.partFile(Path.of(joined), part.split(), part.number());
    ExampleFileWriter writer = ExampleFileWriter.open(file, plan.joined());
    boolean written = false;
    try {
      if (rows.isPresent()) {
        writer.write(rows.get());
      }
      writer.close();
      written = true;
    } finally {
      if (!written) {
        writer.abandon();
      }
    }
  }

  private static final class JoinFn extends DoFn<ExportJob.Part, Void> {
    private static final long serialVersionUID = 1L;

    /** One of a process, whichever threads work: the right side may be large. */
    private static final Map<JoinPlan, SoftReference<JoinTable>> TABLES = new HashMap<>();

    private final Counter rows = JobCounters.rows();
    private final JoinPlan plan;
    private final String joined;

    JoinFn(JoinPlan plan, Path joined) {
      this.plan = plan;
      this.joined = joined.toString();
    }

    @ProcessElement
    public void process(@Element ExportJob.Part part) throws IOException {
      RowGroup group = part.group();
      JoinTable table = table(plan);
      write(
          joined,
          part,
          plan,
          group == null ? Optional.empty() : Optional.of(table.join(RowGroupReader.read(group))));
      rows.inc(group == null ? 0 : group.rows());
    }

    private static JoinTable table(JoinPlan plan) {
      synchronized (TABLES) {
        SoftReference<JoinTable> held = TABLES.get(plan);
        JoinTable table = held == null ? null : held.get();
        if (table == null) {
          try {
            table = JoinTable.of(plan);
          } catch (IOException e) {
            throw new UncheckedIOException(
                "Cannot read %s: %s. Run again.".formatted(plan.right(), e.getMessage()), e);
          }
          TABLES.values().removeIf(reference -> reference.get() == null);
          TABLES.put(plan, new SoftReference<>(table));
        }
        return table;
      }
    }
  }
}
