package io.pergola.benchmarks;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.feature.Columns;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.PlanFitting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process in which plain threads, without Beam, fit the taxi plan and write the features with
 * the kernels of Transform: the limit of what a job can reach.
 */
final class TransformOfThreads {
  private static final int THREADS = Integer.getInteger("threads", 2);

  private TransformOfThreads() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    Path folder = Files.createTempDirectory("transform");
    List<RowGroup> groups = ExampleFiles.rowGroups(Path.of(args[0]));
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    PlanFitting fitting = PlanFitting.of(TransformOfPergola.plan(Columns.of()));
    while (fitting.passes() > 0) {
      PlanFitting current = fitting;
      AtomicInteger next = new AtomicInteger();
      List<PlanFitting.Pass> parts =
          together(
              pool,
              () -> {
                PlanFitting.Pass pass = current.pass();
                for (int i = next.getAndIncrement();
                    i < groups.size();
                    i = next.getAndIncrement()) {
                  pass.add(RowGroupReader.read(groups.get(i), current.columns()));
                }
                return pass;
              });
      parts.subList(1, parts.size()).forEach(parts.get(0)::merge);
      fitting = parts.get(0).end();
    }
    FittedPlan plan = fitting.plan();
    Set<String> columns = fitting.columns();
    plan.write(folder);
    AtomicInteger next = new AtomicInteger();
    together(
        pool,
        () -> {
          for (int i = next.getAndIncrement(); i < groups.size(); i = next.getAndIncrement()) {
            ExampleBatch features = plan.apply(RowGroupReader.read(groups.get(i), columns));
            Path file = ExampleFiles.partFile(folder, groups.get(i).split(), i);
            Files.createDirectories(file.getParent());
            try (ExampleFileWriter writer = ExampleFileWriter.open(file, features.schema())) {
              writer.write(features);
            }
          }
          return true;
        });
    pool.shutdown();
    System.out.printf(
        "enteredMs=%d jobMs=%d bytes=%d%n",
        entered - ProcessFacts.startedMillis(),
        System.currentTimeMillis() - entered,
        ProcessFacts.bytes(folder));
    ProcessFacts.delete(folder);
    ProcessFacts.print();
  }

  private static <T> List<T> together(ExecutorService pool, Callable<T> work) throws Exception {
    List<Future<T>> parts = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      parts.add(pool.submit(work));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> part : parts) {
      results.add(part.get());
    }
    return results;
  }
}
