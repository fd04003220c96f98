package acme;

import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.PipelineSchedules;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/** How an author declares schedules beside a pipeline. */
public final class NightlySchedules implements PipelineSchedules {
  /** A pipeline to schedule. */
  public record ChurnPipeline(String data) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      // Only its name matters here.
    }
  }

  @Override
  public List<Schedule> schedules() {
    return List.of(
        Schedule.of("nightly-churn", ChurnPipeline.class)
            .cron("30 2 * * *")
            .zone("Europe/Berlin")
            .startingAt(LocalDate.of(2026, 3, 1))
            .catchUp(CatchUp.LAST)
            .lag(Duration.ofHours(1))
            .heap("4g")
            .parameter("data", "days/{SPAN}.csv"));
  }
}
