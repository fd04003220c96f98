package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Spans of data, what late data made stale, and warnings of code that reads the clock. */
class SpansCommandTest extends CliFixture {

  private Path data() {
    return folder.resolve("data");
  }

  private void write(String file, String text) throws IOException {
    Path path = data().resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Answer tides(String command, String... more) {
    return pergola(
        Stream.concat(Stream.of(command, "acme.Tides", "--folder=" + data()), Stream.of(more))
            .toArray(String[]::new));
  }

  private JsonNode json(Answer answer) throws Exception {
    assertThat(answer.err()).isEmpty();
    return new ObjectMapper().readTree(answer.out());
  }

  @Test
  void rule22_theSpansThatAreThereAreListedWithTheirNewestVersions() throws Exception {
    write("1970-01-02/v1.txt", "a");
    write("2026-11-18/v1.txt", "a");
    write("2026-11-18/v2.txt", "b");
    Answer answer = tides("spans");

    assertThat(answer.code()).isZero();
    assertThat(answer.out())
        .containsPattern("(?m)^NODE +SPAN +DAY +VERSION +FILES$")
        .containsPattern("(?m)^gauge +1 +1970-01-02 +1 +1$")
        .containsPattern("(?m)^gauge +20775 +2026-11-18 +2 +1$")
        .doesNotContain("stale");
    assertThat(tides("spans", "--limit=1").out())
        .contains("2026-11-18")
        .doesNotContain("1970-01-02");
    JsonNode json = json(tides("spans", "--json"));
    assertThat(json.get("spans").findValuesAsText("span")).containsExactly("1", "20775");
    assertThat(json.get("late")).isEmpty();
  }

  @Test
  void rule22_aLateVersionIsToldAndShownWithWhatWasMadeWithoutIt() throws Exception {
    write("2026-11-18/v1.txt", "a");
    assertThat(tides("run", "--interval=2026-11-18").code()).isZero();
    assertThat(pergola("artifacts").out()).doesNotContain("stale");
    write("2026-11-18/v2.txt", "b");

    Answer answer = tides("spans");
    String why = "span 20775 (2026-11-18) has version 2 now; version 1 was read";
    assertThat(answer.out())
        .containsPattern("(?m)^stale: 2 artifacts of run .*, because ")
        .contains(why);
    JsonNode late = json(tides("spans", "--json")).get("late").get(0);
    assertThat(late.get("node").asText()).isEqualTo("gauge");
    assertThat(late.get("reasons").get(0).asText()).isEqualTo(why);
    assertThat(late.get("artifacts")).hasSize(2);
    assertThat(pergola("artifacts").out()).contains("stale: ");
    assertThat(json(pergola("artifacts", "--json")).findValuesAsText("stale"))
        .hasSize(2)
        .allMatch(text -> text.contains("version 2 now"));
    assertThat(pergola("show").out()).contains("stale: ");
  }

  @Test
  void aPipelineWithoutSpansSaysSo() {
    Answer answer = pergola("spans", "acme.Harbour", "--boats=10", "--mood=calm");

    assertThat(answer.code()).isZero();
    assertThat(answer.out())
        .isEqualTo("No node of this pipeline reads data that comes in spans.\n");
  }

  @Test
  void rule20_thePlanWarnsOfCodeThatReadsTheClock() throws Exception {
    write("2026-11-18/v1.txt", "a");
    Answer plan = tides("plan", "--interval=2026-11-18");

    assertThat(plan.code()).isZero();
    assertThat(plan.out().lines().filter(line -> line.startsWith("warning: ")))
        .singleElement()
        .asString()
        .contains("Instant.now")
        .contains("(node 'stamp')")
        .endsWith(": a repeated run need not give the same output");
    assertThat(json(tides("plan", "--interval=2026-11-18", "--json")).get("warnings")).hasSize(1);
    assertThat(pergola("plan", "acme.Harbour", "--boats=10", "--mood=calm").out())
        .doesNotContain("warning");
  }

  @Test
  void rule22_thePlanSaysWhichSpanItTakes() throws Exception {
    write("2026-11-18/v1.txt", "a");
    write("2026-11-19/v1.txt", "b");

    assertThat(tides("plan", "--interval=2026-11-18").out()).contains("20775");
    assertThat(tides("plan", "--interval=2026-11-18").out()).doesNotContain("20776");
  }
}
