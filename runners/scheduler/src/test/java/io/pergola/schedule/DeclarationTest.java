package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import acme.NightlySchedules;
import io.pergola.pipeline.Schedule;
import org.junit.jupiter.api.Test;

class DeclarationTest {
  @Test
  void rule01_aScheduleIsDeclaredBesideItsPipeline() {
    Schedule schedule = new NightlySchedules().schedules().get(0);

    assertThat(Schedules.problems(schedule)).isEmpty();
    assertThat(schedule.pipeline()).isEqualTo("acme.NightlySchedules$ChurnPipeline");
    assertThat(Schedules.pipelineName(schedule.pipeline())).isEqualTo("churn-pipeline");
    assertThat(ScheduleJson.read(ScheduleJson.write(schedule))).isEqualTo(schedule);
  }
}
