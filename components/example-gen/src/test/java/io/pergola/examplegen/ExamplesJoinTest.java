package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesJoinTest {
  record Trip(String company, Integer id) {}

  record Company(String company, Integer cars) {}

  private static final Channel<Examples<Trip>> TRIPS = channel("trips");
  private static final Channel<Examples<Company>> COMPANIES = channel("companies");
  private static final Channel<Examples<Row>> JOINED = channel("joined");

  @TempDir Path folder;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <A extends Artifact> Channel<A> channel(String name) {
    return (Channel<A>) new Channel("node", name, Examples.class);
  }

  private record Folders(Map<String, Path> byOutput, Execution execution) implements Artifacts {
    @Override
    @SuppressWarnings("unchecked")
    public <A extends Artifact> A of(Channel<A> channel) {
      return (A) new Examples<Row>(byOutput.get(channel.output()));
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.empty();
    }
  }

  private Path examples(String name, String csv, Split... splits) throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".csv"), csv);
    return Runs.of(CsvExampleGen.untyped().from(file).splits(splits), folder.resolve(name), 1)
        .folder();
  }

  private List<String> join(ExamplesJoin<Trip, Company> join, String trips, String companies)
      throws IOException {
    Path joined = folder.resolve("joined");
    FakeExecution execution = new FakeExecution("join");
    Map<String, Path> folders =
        Map.of(
            "trips", examples("trips", trips, Split.of("all", 1)),
            "companies", examples("companies", companies, Split.of("a", 1), Split.of("b", 1)),
            "joined", joined);
    Pipeline beam = Pipeline.create();
    join.expand(beam, new Folders(folders, execution), JOINED);
    try {
      beam.run().waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    assertThat(execution.properties).containsEntry("split_names", "[\"all\"]");
    return Runs.read(joined).texts("all");
  }

  private static final String THREE = "company,id\nBlue,1\nRed,2\n,3\nBlue,4\n";

  @Test
  void aLeftJoinKeepsEveryExampleInItsPlace() throws IOException {
    assertThat(
            join(
                ExamplesJoin.of(TRIPS, COMPANIES).on(Trip::company),
                THREE,
                "company,cars,since\nBlue,10,\nGreen,5,1999\n,7,2000\n"))
        .containsExactly(
            "{company=Blue, id=1, cars=10}",
            "{company=Red, id=2}",
            "{id=3}",
            "{company=Blue, id=4, cars=10}");
  }

  @Test
  void anInnerJoinKeepsThoseThatHaveAMatch() throws IOException {
    assertThat(
            join(
                ExamplesJoin.of(TRIPS, COMPANIES).on(Trip::company).inner(),
                THREE,
                "company,cars\nBlue,10\n,7\n"))
        .containsExactly("{company=Blue, id=1, cars=10}", "{company=Blue, id=4, cars=10}");
  }

  @Test
  void aKeyThatIsThereTwiceIsRefusedUnlessTheFirstShallWin() throws IOException {
    String twice = "company,cars\nBlue,10\nBlue,11\n";
    assertThatThrownBy(
            () -> join(ExamplesJoin.of(TRIPS, COMPANIES).on(Trip::company), THREE, twice))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot join examples on company: the right side has more than one with [Blue]. Give each key once, or take the first: firstWins().");
  }

  @Test
  void theFirstWinsInTheOrderOfSplitsFilesAndRows() throws IOException {
    List<String> joined =
        join(
            ExamplesJoin.of(TRIPS, COMPANIES).on(Trip::company).inner().firstWins(),
            "company,id\nBlue,1\n",
            "company,cars\nBlue,10\nBlue,11\nBlue,12\n");
    List<String> first = Runs.read(folder.resolve("companies")).texts("a");
    List<String> order =
        first.isEmpty() ? Runs.read(folder.resolve("companies")).texts("b") : first;
    assertThat(joined)
        .containsExactly(order.get(0).replace("company=Blue,", "company=Blue, id=1,"));
  }

  @Test
  void numbersOfTheKeyAreEqualInEveryType() throws IOException {
    assertThat(
            join(
                ExamplesJoin.of(TRIPS, COMPANIES).on(Trip::id),
                "id,x\n1,a\n2,b\n",
                "id,y\n1.0,c\n2.5,d\n"))
        .containsExactly("{id=1, x=a, y=c}", "{id=2, x=b}");
  }

  @Test
  void columnsThatDoNotFitTogetherAreRefused() {
    assertThatThrownBy(
            () ->
                join(
                    ExamplesJoin.of(TRIPS, COMPANIES).on(Trip::company, Trip::id),
                    "company,id,fare\nBlue,1,2\n",
                    "company,fare\n5,2\n"))
        .hasMessage(
            "Cannot join examples on company, id: 'company' is TEXT on the left, but INT on the right; the right side has no 'id'; both sides have 'fare', which is no part of the key. Name other keys, or keep other columns with only(...).");
  }
}
