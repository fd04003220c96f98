package acme;

import io.pergola.beam.BeamJobs;
import io.pergola.beam.DrivingComponent;
import io.pergola.beam.JobCounters;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/** Beam jobs, one after the other: each doubles what the last one wrote. */
public record BeamDriving(Channel<Numbers> numbers, int rounds)
    implements DrivingComponent<Channel<Numbers>> {

  @Override
  public void run(BeamJobs jobs, Artifacts artifacts, Channel<Numbers> out) throws Exception {
    Path from = artifacts.of(numbers).directory();
    for (int round = 1; round <= rounds; round++) {
      Path to =
          round == rounds
              ? artifacts.of(out).directory()
              : Files.createDirectories(
                  artifacts.execution().checkpoints().resolve("round-" + round));
      String source = from.toString();
      jobs.run(
          "round-" + round,
          beam ->
              beam.apply("Folder", Create.of(source))
                  .apply("Double", ParDo.of(new Doubling(to.toString()))));
      from = to;
    }
  }

  private static final class Doubling extends DoFn<String, Void> {
    private static final long serialVersionUID = 1L;
    private final String to;
    private final Counter rows = JobCounters.rows();

    Doubling(String to) {
      this.to = to;
    }

    @ProcessElement
    public void process(@Element String from) throws IOException {
      List<Long> given = new Numbers(Path.of(from)).read();
      new Numbers(Path.of(to)).write(given.stream().map(number -> 2 * number).toList());
      rows.inc(given.size());
    }
  }
}
