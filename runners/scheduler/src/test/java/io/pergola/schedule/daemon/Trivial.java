package io.pergola.schedule.daemon;

import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A pipeline that hardly does anything; a test may hold it up. */
record Trivial(long number, boolean fails) implements PipelineDefinition {
  /** What the node waits for. */
  static final AtomicReference<CountDownLatch> GATE = new AtomicReference<>(new CountDownLatch(0));

  @Override
  public void define(PipelineBuilder p) {
    p.add(new Note(number, fails));
  }

  /** Writes its number. */
  record Note(long number, boolean fails) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
      GATE.get().await();
      if (fails) {
        throw new IllegalStateException("asked to fail");
      }
      Files.writeString(artifacts.of(out).directory().resolve("note.txt"), Long.toString(number));
    }
  }
}
