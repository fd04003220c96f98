package io.pergola.run.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.pipeline.NodeOptions;
import io.pergola.run.Engine;
import io.pergola.run.EngineContract;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;

/** The contract of engines, on the DirectRunner. */
class LocalEngineTest extends EngineContract {
  private static final Engine ENGINE = LocalEngine.create();

  @Override
  protected Engine engine() {
    return ENGINE;
  }

  @Test
  void threadsOfTheNodeComeBeforeThoseOfTheEngine() {
    LocalEngine engine = LocalEngine.create(5);

    assertThat(parallelism(engine.newJob("job"))).isEqualTo(5);
    assertThat(parallelism(engine.newJob("job", NodeOptions.defaults().threads(3)))).isEqualTo(3);
  }

  private static int parallelism(Pipeline job) {
    return job.getOptions().as(DirectOptions.class).getTargetParallelism();
  }
}
