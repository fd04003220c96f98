package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands that say something of artifacts: alias, quarantine, impact, gc, doctor --mend. */
class MarkingCommandsTest extends CliFixture {
  private static final ObjectMapper JSON = new ObjectMapper();

  private String statistics;
  private String blessing;

  @BeforeEach
  void run() throws Exception {
    assertThat(sail("calm").code()).isZero();
    statistics = json("artifacts", "--type=ExampleStatistics", "--json").get(0).get("id").asText();
    blessing = json("artifacts", "--type=ModelBlessing", "--json").get(0).get("id").asText();
  }

  private JsonNode json(String... arguments) throws Exception {
    Answer answer = pergola(arguments);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    return JSON.readTree(answer.out());
  }

  private String out(String... arguments) {
    Answer answer = pergola(arguments);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(answer.out().lines()).allMatch(line -> line.length() <= 120 || line.contains("/"));
    return answer.out();
  }

  @Test
  void anAliasIsSetMovedListedAndRemoved() throws Exception {
    assertThat(out("alias")).startsWith("No aliases. Set one: pergola alias set production");
    assertThat(out("alias", "set", "production", blessing))
        .isEqualTo("production of harbour points at ModelBlessing %s\n".formatted(blessing));
    assertThat(out("alias", "move", "production", statistics, "--from=" + blessing))
        .isEqualTo(
            "production of harbour points at ExampleStatistics %s, before at %s\n"
                .formatted(statistics, blessing));
    Answer late = pergola("alias", "move", "production", blessing, "--from=" + blessing);
    assertThat(late.code()).isEqualTo(4);
    assertThat(late.err()).contains("it points at artifact " + statistics);
    assertThat(out("alias", "list")).contains("production  harbour");
    assertThat(json("alias", "list", "production", "--json")).hasSize(2);
    assertThat(out("alias", "remove", "production"))
        .isEqualTo("production of harbour is removed; it pointed at %s\n".formatted(statistics));
    assertThat(json("alias", "list", "--json")).isEmpty();
    assertThat(pergola("alias", "remove", "production").err())
        .startsWith("error: Unknown alias: 'production'.");
    assertThat(pergola("alias", "move", "beta", blessing).err())
        .startsWith("error: Cannot move alias 'beta' of harbour: there is none.");
    assertThat(pergola("alias", "set", "beta").code()).isEqualTo(2);
    assertThat(pergola("alias", "put", "beta").code()).isEqualTo(2);
  }

  @Test
  void aQuarantinedArtifactIsListedAndMadeAnew() throws Exception {
    assertThat(pergola("quarantine", statistics).err())
        .isEqualTo(
            "error: Cannot quarantine artifact %s: --reason is missing. Say why, for whoever finds it.\n"
                .formatted(statistics));
    assertThat(out("quarantine")).isEqualTo("Nothing is in quarantine.\n");
    assertThat(out("quarantine", statistics, "--reason=wrong day"))
        .startsWith("ExampleStatistics %s and the ".formatted(statistics))
        .endsWith(" artifacts made from it are in quarantine: wrong day\n");
    assertThat(out("quarantine", "list")).contains("ExampleStatistics").contains("wrong day");
    assertThat(pergola("plan", "acme.Harbour", "--boats=10", "--mood=calm").out())
        .contains("artifact %s is in quarantine (wrong day)".formatted(statistics));
    assertThat(out("quarantine", statistics, "--lift"))
        .isEqualTo("ExampleStatistics %s is in use again\n".formatted(statistics));
    assertThat(json("quarantine", "list", "--json")).isEmpty();
    assertThat(json("quarantine", "list", "--all", "--json").get(0).get("reason").asText())
        .isEqualTo("wrong day");
    assertThat(pergola("quarantine", statistics, "--lift").code()).isEqualTo(2);
  }

  @Test
  void impactShowsWhatWasMadeAndItsNames() throws Exception {
    pergola("alias", "set", "champion", statistics);

    assertThat(out("impact", statistics))
        .startsWith("ExampleStatistics %s (survey.".formatted(statistics))
        .contains("named: champion of harbour points at " + statistics);
    JsonNode impact = json("impact", statistics, "--json");
    assertThat(impact.get("artifact").get("id").asText()).isEqualTo(statistics);
    assertThat(impact.get("aliases")).hasSize(1);
    assertThat(impact.get("served")).isEmpty();
  }

  @Test
  void lineageGoesOneWayAndBackInTime() throws Exception {
    String first = json("runs", "--json").get(0).get("id").asText();
    String whole = out("lineage", statistics);
    sail("stormy");

    assertThat(out("lineage", statistics, "--up")).contains("made from").doesNotContain("used for");
    assertThat(out("lineage", statistics, "--down"))
        .contains("used for")
        .doesNotContain("made from");
    assertThat(out("lineage", statistics, "--as-of=" + first)).isEqualTo(whole);
    assertThat(pergola("lineage", statistics, "--as-of=never").err())
        .startsWith("error: Unknown run: 'never'.");
  }

  @Test
  void garbageIsPlannedMarkedUndoneAndDeleted() throws Exception {
    assertThat(pergola("run", "acme.Harbour", "--boats=11", "--mood=calm").code()).isZero();

    assertThat(out("gc")).startsWith("0 artifacts would go, ").contains("stay: it was used at");
    assertThat(out("gc", "--older-than=0", "--keep=1"))
        .contains("artifacts would go, ")
        .contains("Nothing is changed yet. Mark them: pergola gc mark");
    JsonNode plan = json("gc", "--older-than=0", "--keep=1", "--json");
    int count = plan.get("remove").size();
    assertThat(count).isPositive();
    Path folder = Path.of(plan.get("remove").get(0).get("artifact").get("directory").asText());

    assertThat(out("gc", "mark", "--older-than=0", "--keep=1"))
        .startsWith(count + " artifacts are marked, ");
    assertThat(out("gc", "delete"))
        .startsWith("0 artifacts are deleted, ")
        .contains(count + " more are within their grace.");
    assertThat(out("gc", "undo")).isEqualTo(count + " artifacts are live again.\n");
    assertThat(folder).isDirectory();
    pergola("gc", "mark", "--older-than=0", "--keep=1");
    assertThat(out("gc", "delete", "--grace=0")).startsWith(count + " artifacts are deleted, ");
    assertThat(folder).doesNotExist();
    assertThat(pergola("doctor").code()).isZero();
    assertThat(pergola("gc", "mark", "3").err())
        .startsWith("error: Cannot name artifacts to 'gc mark'");
    assertThat(pergola("gc", "--older-than=soon").err())
        .contains("'soon' is no length of time (such as 90m, 12h, 30d, 2w or 0)");
    assertThat(json("gc", "--state=FAILED", "--older-than=0", "--keep=0", "--json").get("remove"))
        .isEmpty();
  }

  @Test
  void theDoctorMendsWhatIsBroken() throws Exception {
    Path directory =
        Path.of(
            json("artifacts", "--type=ModelBlessing", "--json").get(0).get("directory").asText());
    Files.writeString(directory.resolve("extra.txt"), "");
    Files.createDirectories(directory.resolveSibling(".tmp-9999-1"));

    assertThat(pergola("doctor").code()).isEqualTo(4);
    Answer mended = pergola("doctor", "--mend");
    assertThat(mended.code()).isZero();
    assertThat(mended.out())
        .contains("MENDED artifact   artifact %s is ABANDONED now".formatted(blessing))
        .containsPattern("MENDED folder +.*\\.tmp-9999-1 is deleted");
    assertThat(pergola("doctor", "--all-content").code()).isZero();
  }
}
