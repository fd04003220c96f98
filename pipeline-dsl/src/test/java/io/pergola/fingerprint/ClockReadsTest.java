package io.pergola.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.InlineComponent;
import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ClockReadsTest {
  interface Step extends InlineComponent<Channel<Statistics>> {}

  record Direct(int n) implements Step {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {
      System.out.println(System.currentTimeMillis());
    }
  }

  record Hidden(int n) implements Step {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {
      List.of(1, 2).forEach(one -> Deep.stamp());
    }
  }

  static final class Deep {
    private final Supplier<Instant> now = Instant::now;

    static void stamp() {
      System.out.println(new Deep().now.get());
    }
  }

  record Dice(int n) implements Step {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {
      List<Object> all = new ArrayList<>();
      all.add(LocalDate.now(ZoneOffset.UTC));
      all.add(new Date());
      all.add(Clock.systemUTC());
      all.add(Math.random());
      all.add(UUID.randomUUID());
      all.add(new Random());
      Collections.shuffle(all);
    }
  }

  record Clean(long seed) implements Step {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {
      long start = System.nanoTime();
      Instant asOf = artifacts.execution().context().asOf();
      Random random = new Random(seed);
      System.out.println(
          Instant.now(Clock.fixed(asOf, ZoneOffset.UTC))
              + " "
              + random.nextInt()
              + new Date(asOf.toEpochMilli())
              + (System.nanoTime() - start));
    }
  }

  interface Loss extends Serializable {
    double of(double x);
  }

  record Trained(Loss loss) implements Step {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {}
  }

  @Test
  void rule20_theCallAndTheAuthorsLineAreNamed() {
    assertThat(reads(new Direct(1)))
        .singleElement()
        .asString()
        .matches(line("System.currentTimeMillis"));
  }

  @Test
  void rule20_codeBehindLambdasAndFieldsCounts() {
    assertThat(reads(new Hidden(1))).singleElement().asString().matches(line("Instant.now"));
  }

  @Test
  void rule20_aComponentsOwnLambdaCounts() {
    assertThat(reads(new Trained(x -> x * Math.random())))
        .singleElement()
        .asString()
        .matches(line("Math.random"));
    assertThat(reads(new Trained(x -> x * 2))).isEmpty();
  }

  @Test
  void rule20_everyWayToTheClockOrToChanceIsFound() {
    assertThat(ClockReads.of(new Dice(1)))
        .extracting(ClockRead::call)
        .containsExactlyInAnyOrder(
            "LocalDate.now",
            "new Date()",
            "Clock.systemUTC",
            "Math.random",
            "UUID.randomUUID",
            "new Random()",
            "Collections.shuffle");
  }

  @Test
  void rule20_asOfSeedsGivenClocksAndDurationsAreFine() {
    assertThat(ClockReads.of(new Clean(7))).isEmpty();
  }

  private static List<String> reads(Component<?> component) {
    return ClockReads.of(component).stream().map(ClockRead::toString).toList();
  }

  private static String line(String call) {
    return "ClockReadsTest\\.java:\\d+ calls " + call.replace(".", "\\.");
  }
}
