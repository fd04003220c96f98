package io.pergola.examples.taxi;

import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;

/** The nightly taxi pipeline, as the command line finds it. */
public final class NightlyTaxiExample implements BundledPipeline {
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 11, 14);
  private static final int DAYS = 7;

  @Override
  public String name() {
    return "nightly-taxi";
  }

  @Override
  public String description() {
    return "Learns every night from the taxi trips of the last seven days.";
  }

  @Override
  public Class<? extends PipelineDefinition> definition() {
    return NightlyTaxi.class;
  }

  @Override
  public Map<String, String> defaults(Path home) {
    return Map.of(
        "data", home.resolve("data/nightly-taxi").toString(),
        "serving", home.resolve("serving/nightly-taxi").toString());
  }

  /** Makes a week of days, from 2026-11-14, with a seventh of the rows each. */
  @Override
  public void generate(Path directory, long rows, long seed) throws IOException {
    for (int day = 0; day < DAYS; day++) {
      TaxiData.writeDay(directory, FIRST_DAY.plusDays(day), 1, Math.max(1, rows / DAYS), seed);
    }
  }

  /** Makes the day after that week. */
  @Override
  public void generateBadDay(Path directory, long rows, long seed) throws IOException {
    TaxiData.writeBadDay(directory, FIRST_DAY.plusDays(DAYS), Math.max(1, rows), seed);
  }
}
