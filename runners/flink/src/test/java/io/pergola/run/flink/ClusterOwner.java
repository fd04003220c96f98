package io.pergola.run.flink;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A program whose cluster is to end with it, for tests that kill it. */
final class ClusterOwner {
  private ClusterOwner() {}

  public static void main(String[] arguments) throws InterruptedException {
    FlinkCluster.start(
        FlinkClusterSettings.in(Path.of(arguments[0]))
            .port(0)
            .taskManagers(1)
            .slots(1)
            .heapMegabytes(256)
            .endingWithThisProcess());
    TimeUnit.MINUTES.sleep(10);
  }
}
