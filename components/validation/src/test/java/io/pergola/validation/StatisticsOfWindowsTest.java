package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Statistics;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.feature.Column;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.FakeManifest;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.validation.TestExamples.FakeArtifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class StatisticsOfWindowsTest {
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              Field.of("fare", ColumnType.DOUBLE),
              Field.of("company", ColumnType.TEXT),
              Field.of("hour", ColumnType.INT)));

  private static final UnaryOperator<StatisticsGen> OPTIONS =
      gen ->
          gen.weightedBy(Column.number("fare"))
              .slicedBy(Slicing.by(Column.text("company")))
              .label(Column.text("company"));

  @TempDir Path folder;

  @Test
  void aWindowMergesTheFilesItKnowsAndReadsTheOthers() throws Exception {
    FakeArtifacts first = statistics(1, 3, "a");
    FakeArtifacts second = statistics(2, 4, "b");

    assertThat(first.properties).containsEntry("files_merged", 0L).containsEntry("files_read", 6L);
    assertThat(second.properties).containsEntry("files_merged", 4L).containsEntry("files_read", 2L);
    assertThat(second.properties).containsEntry("examples", 15_000L);
  }

  @Test
  void whatWasKeptChangesNoBitOfTheResult() throws Exception {
    statistics(1, 3, "a");
    statistics(2, 4, "b");
    deleteMemo();
    statistics(2, 4, "fresh");

    for (String file : List.of("statistics.json", "statistics.sketch")) {
      assertThat(folder.resolve("b-statistics").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("fresh-statistics").resolve(file));
    }
  }

  @Test
  void whatIsKeptIsUsedForTheSameQuestionsOnly() throws Exception {
    statistics(1, 3, "a");
    FakeArtifacts plain = window(2, 4, "b");
    TestExamples.statistics(folder.resolve("b"), folder.resolve("b-statistics"), g -> g, plain);

    assertThat(plain.properties).containsEntry("files_merged", 0L);
  }

  @Test
  void aDamagedMemoIsNotTrusted() throws Exception {
    statistics(1, 3, "a");
    DatasetStatistics before = StatisticsFile.read(folder.resolve("a-statistics"));
    try (Stream<Path> kept = Files.list(folder.resolve("memo"))) {
      for (Path file : kept.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 10] ^= 4;
        Files.write(file, bytes);
      }
    }
    FakeArtifacts again = window(1, 3, "again");
    DatasetStatistics after =
        TestExamples.statistics(
            folder.resolve("again"), folder.resolve("again-statistics"), OPTIONS, again);

    assertThat(after).isEqualTo(before);
  }

  @Test
  void oldFilesAreForgottenAfterAboutThreeWindows() throws Exception {
    for (int day = 1; day <= 12; day++) {
      statistics(day, day + 1, "w" + day);
    }

    try (Stream<Path> kept = Files.list(folder.resolve("memo"))) {
      assertThat(kept.count()).isEqualTo(2 * 2 + 3 * 2 * 2);
    }
  }

  @Test
  void statisticsOfDaysMergeWithoutTheirExamples() throws Exception {
    List<Channel<Statistics>> days = new ArrayList<>();
    FakeArtifacts artifacts = new FakeArtifacts();
    for (int day = 1; day <= 3; day++) {
      window(day, day, "d" + day);
      TestExamples.statistics(
          folder.resolve("d" + day), folder.resolve("d" + day + "-statistics"), OPTIONS);
      Channel<Statistics> channel = TestExamples.channel("d" + day, Statistics.class);
      artifacts.put(channel, new Statistics(folder.resolve("d" + day + "-statistics")));
      days.add(channel);
    }
    Channel<Statistics> merged = TestExamples.channel("merged", Statistics.class);
    artifacts.put(merged, new Statistics(folder.resolve("m")));

    StatisticsMerge.of(days.subList(0, 2))
        .with(
            List.of(
                new OptionalChannel<>(days.get(2)),
                new OptionalChannel<>(TestExamples.channel("none", Statistics.class))))
        .run(artifacts, merged);

    assertThat(artifacts.properties).containsEntry("merged", 3L).containsEntry("examples", 15_000L);
    statistics(1, 3, "a");
    assertThat(StatisticsFile.read(folder.resolve("m")))
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-9 || a.equals(b), Double.class)
        .isEqualTo(StatisticsFile.read(folder.resolve("a-statistics")));
  }

  private void deleteMemo() throws IOException {
    try (Stream<Path> kept = Files.list(folder.resolve("memo"))) {
      for (Path file : kept.toList()) {
        Files.delete(file);
      }
    }
  }

  private FakeArtifacts statistics(int from, int to, String name) throws Exception {
    FakeArtifacts artifacts = window(from, to, name);
    TestExamples.statistics(
        folder.resolve(name), folder.resolve(name + "-statistics"), OPTIONS, artifacts);
    return artifacts;
  }

  /** Examples of some days, a file for each day and split, and their manifest. */
  private FakeArtifacts window(int from, int to, String name) throws Exception {
    Path examples = folder.resolve(name);
    for (int day = from; day <= to; day++) {
      for (String split : List.of("eval", "train")) {
        int part = day - from;
        Random random = new Random(day * 2L + split.length());
        ExampleBatchBuilder builder = new ExampleBatchBuilder(SCHEMA);
        for (int i = 0; i < (split.equals("train") ? 4_000 : 1_000); i++) {
          builder.putDouble(0, random.nextInt(5_000) / 100.0);
          builder.putText(1, "c" + random.nextInt(5));
          builder.putLong(2, random.nextInt(24));
          builder.endRow();
        }
        TestExamples.write(examples, split, part, builder.build());
      }
    }
    FakeManifest.write(examples);
    FakeArtifacts artifacts = new FakeArtifacts();
    artifacts.memo = Optional.of(Files.createDirectories(folder.resolve("memo")));
    return artifacts;
  }
}
