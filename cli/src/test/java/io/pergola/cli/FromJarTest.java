package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pipeline whose classes are not on Pergola's own class path. */
class FromJarTest extends CliFixture {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restoreContextLoader() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private Path jar(int factor) throws Exception {
    return SourceJar.of(
        folder,
        "elsewhere" + factor,
        Map.of("com.acme.Elsewhere", SourceJar.elsewhere(factor)),
        Map.of());
  }

  private static final String RIDES =
      """
      package com.acme;

      import io.pergola.artifact.*;
      import io.pergola.examplegen.CsvExampleGen;
      import io.pergola.feature.*;
      import io.pergola.pipeline.*;
      import io.pergola.transform.Transform;
      import io.pergola.validation.*;
      import java.nio.file.Path;

      public record Rides(Path data) implements PipelineDefinition {
        public record Ride(Double fare) {}

        @Override
        public void define(PipelineBuilder p) {
          Channel<Examples<Ride>> rides =
              p.add(CsvExampleGen.of(Ride.class).from(data).trainToEval(1, 1));
          Channel<Statistics> statistics = p.add(StatisticsGen.of(rides));
          p.add(Transform.of(rides, p.add(SchemaGen.of(statistics))).with(Rides::features));
        }

        static FeaturePlan features(Columns<Ride> ride) {
          return Features.of()
              .dense(ride.number(Ride::fare).map("changed", Rides::changed).minMax())
              .unlabelled();
        }

        static double changed(double fare) {
          return fare * FACTOR;
        }
      }
      """;

  /** The workers of its jobs find the functions that the plan names in the jar alone. */
  @Test
  void aFunctionInAPlanIsFoundInThePipelinesJarAndItsCodeCounts() throws Exception {
    Path data = folder.resolve("rides.csv");
    Files.writeString(data, "fare\n1\n2\n3\n4\n5\n6\n");
    Path doubling =
        SourceJar.of(
            folder, "two", Map.of("com.acme.Rides", RIDES.replace("FACTOR", "2")), Map.of());
    Path tripling =
        SourceJar.of(
            folder, "three", Map.of("com.acme.Rides", RIDES.replace("FACTOR", "3")), Map.of());

    Answer run =
        pergola(
            "run", "com.acme.Rides", "--engine=flink", "--data=" + data, "--from-jar=" + doubling);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("4 nodes ran");

    assertThat(pergola("transform", "--row={\"fare\": 2}", "--from-jar=" + doubling).out())
        .contains("fare.map(\"changed\").minMax(0.0, 1.0)");
    assertThat(pergola("plan", "com.acme.Rides", "--data=" + data, "--from-jar=" + tripling).out())
        .as("another function in the plan")
        .containsPattern("transform +Transform +run ")
        .containsPattern("schema-gen +SchemaGen +cached");
    assertThat(pergola("transform", "--row={\"fare\": 2}", "--from-jar=" + tripling).err())
        .contains(
            "Cannot use function 'changed': com.acme.Rides has no such function with the code that"
                + " it was kept with");
  }

  @Test
  void aPipelineRunsFromItsJarAndItsCodeCounts() throws Exception {
    List<String> words = List.of("run", "com.acme.Elsewhere", "--size=4", "--from-jar=");
    Path first = jar(2);

    Answer run = pergola(words.get(0), words.get(1), words.get(2), words.get(3) + first);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("1 nodes ran").contains("--from-jar=" + first);
    assertThat(pergola("explain-cache", "note").out()).contains("note (Note, Elsewhere.java:");

    assertThat(pergola(words.get(0), words.get(1), words.get(2), words.get(3) + first).out())
        .contains("0 nodes ran, 1 cached");
    assertThat(pergola("plan", words.get(1), words.get(2), words.get(3) + jar(3)).out())
        .as("other code in the same class")
        .containsPattern("note  Note +run ");
  }
}
