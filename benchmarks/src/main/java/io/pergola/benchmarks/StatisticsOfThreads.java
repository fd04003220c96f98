package io.pergola.benchmarks;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.validation.StatisticsAccumulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process in which plain threads, without Beam, add row groups to accumulators of their own, as
 * they come to them; then they are merged and written: the limit of what a job can reach.
 */
final class StatisticsOfThreads {
  private StatisticsOfThreads() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    int threads = Integer.getInteger("threads", 2);
    List<RowGroup> groups = ExampleFiles.rowGroups(Path.of(args[0]));
    AtomicInteger next = new AtomicInteger();
    Callable<StatisticsAccumulator> work =
        () -> {
          StatisticsAccumulator statistics = new StatisticsAccumulator();
          for (int i = next.getAndIncrement(); i < groups.size(); i = next.getAndIncrement()) {
            statistics.add(groups.get(i).split(), RowGroupReader.read(groups.get(i)));
          }
          return statistics;
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<StatisticsAccumulator>> parts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      parts.add(pool.submit(work));
    }
    StatisticsAccumulator all = new StatisticsAccumulator();
    for (Future<StatisticsAccumulator> part : parts) {
      all.merge(part.get());
    }
    pool.shutdown();
    Path statistics = Files.createTempDirectory("statistics");
    all.write(statistics);
    long done = System.currentTimeMillis();
    ProcessFacts.delete(statistics);
    System.out.printf(
        "rows=%d enteredMs=%d jobMs=%d%n",
        all.statistics().examples(), entered - ProcessFacts.startedMillis(), done - entered);
    ProcessFacts.print();
  }
}
