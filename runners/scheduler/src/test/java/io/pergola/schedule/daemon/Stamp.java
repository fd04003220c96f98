package io.pergola.schedule.daemon;

import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A pipeline whose only artifact says under which epoch of the run's lease it was made. */
record Stamp(long number) implements PipelineDefinition {
  /** The epoch under which this process drives the run of a number. */
  static final Map<Long, Long> EPOCHS = new ConcurrentHashMap<>();

  private static final Duration WORK = Duration.ofMillis(150);

  @Override
  public void define(PipelineBuilder p) {
    p.add(new Work(number));
  }

  /** Writes the epoch, and takes a moment. */
  record Work(long number) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
      long epoch = EPOCHS.get(number);
      Thread.sleep(WORK.toMillis());
      Files.writeString(artifacts.of(out).directory().resolve("epoch.txt"), Long.toString(epoch));
    }
  }
}
