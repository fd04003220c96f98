package io.pergola.run.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.pipeline.NodeOptions;
import io.pergola.run.Engine;
import io.pergola.run.EngineContract;
import java.util.Map;
import java.util.Set;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract of engines, on an embedded Flink. */
class FlinkEngineTest extends EngineContract {
  private static final Engine ENGINE = FlinkEngine.embedded();

  @AfterAll
  static void stop() {
    ENGINE.close();
  }

  @Override
  protected Engine engine() {
    return ENGINE;
  }

  @Test
  void jobsAreStagedOnAClusterUnlessTheirNodeSaysOtherwise() {
    NodeOptions pipelined = NodeOptions.defaults().engine("execution-mode-for-batch", "PIPELINED");
    try (Engine cluster = FlinkEngine.at("localhost:8081")) {
      assertThat(mode(ENGINE.newJob("job"))).isEqualTo("PIPELINED");
      assertThat(mode(cluster.newJob("job"))).isEqualTo("BATCH_FORCED");
      assertThat(mode(cluster.newJob("job", pipelined))).isEqualTo("PIPELINED");
    }
  }

  @Test
  void executionModesAreThoseOfFlink() {
    assertThat(ENGINE.nodeOptions())
        .isEqualTo(
            Map.of(
                "execution-mode-for-batch",
                Set.of("BATCH", "BATCH_FORCED", "PIPELINED", "PIPELINED_FORCED")));
  }

  private static String mode(Pipeline job) {
    return job.getOptions().as(FlinkPipelineOptions.class).getExecutionModeForBatch();
  }
}
