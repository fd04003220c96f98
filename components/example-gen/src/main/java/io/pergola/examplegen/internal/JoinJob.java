package io.pergola.examplegen.internal;

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
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/** The Beam job that joins: a part a row group of the left side. */
public final class JoinJob {
  private JoinJob() {}

  /** Adds the steps of the job. */
  public static void build(Pipeline beam, Path left, JoinPlan plan, Path joined) {
    List<ExportJob.Part> parts = ExportJob.parts(left, ExampleFiles.splits(left));
    beam.apply("RowGroups", Read.from(new ElementSource<>(ExportJob.Part.class, parts)))
        .apply("Join", ParDo.of(new JoinFn(plan, joined)));
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
      JoinTable table = table(plan);
      Path file = ExampleFiles.partFile(Path.of(joined), part.split(), part.number());
      RowGroup group = part.group();
      ExampleFileWriter writer = ExampleFileWriter.open(file, plan.joined());
      boolean written = false;
      try {
        if (group != null) {
          writer.write(table.join(RowGroupReader.read(group)));
          rows.inc(group.rows());
        }
        writer.close();
        written = true;
      } finally {
        if (!written) {
          writer.abandon();
        }
      }
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
