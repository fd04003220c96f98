package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiffCommandTest extends CliFixture {
  private List<String> runs() {
    return pergola("runs").out().lines().skip(1).map(line -> line.split(" ")[0]).toList();
  }

  @Test
  void equalRunsHaveNoDifference() {
    sail("calm");
    sail("calm");

    Answer diff = pergola("diff", runs().get(1), runs().get(0));

    assertThat(diff.code()).isZero();
    assertThat(diff.out())
        .contains("No difference: same settings, same code, same inputs, same outputs.")
        .containsPattern("(?m)^survey +COMPLETED +CACHED .* same");
  }

  @Test
  void changedParameterIsNamedWithTheNodesItReached() throws Exception {
    sail("calm");
    sail("stormy");

    Answer diff = pergola("diff", runs().get(1), runs().get(0));

    assertThat(diff.out())
        .containsPattern("(?m)^parameter mood +calm +stormy$")
        .contains("parameter 'mood' changed: calm -> stormy");
    JsonNode json =
        new ObjectMapper().readTree(pergola("diff", runs().get(1), runs().get(0), "--json").out());
    assertThat(json.get("settings").get(0).get("name").asText()).isEqualTo("parameter mood");
    assertThat(json.get("settings").get(0).get("after").asText()).isEqualTo("stormy");
  }

  @Test
  void artifactOfSameContentHasNoDifference() {
    sail("calm");

    assertThat(pergola("diff", "1", "1").out()).contains("No difference: same content.");
  }

  @Test
  void artifactsOfDifferentTypesAreRefused() {
    sail("calm");

    Answer diff = pergola("diff", "1", "2");

    assertThat(diff.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(diff.err())
        .startsWith("error: Cannot compare artifact 1 with 2: one is of type ExampleStatistics")
        .contains("pergola artifacts --type=ExampleStatistics.");
  }

  @Test
  void unknownRunIsRefused() {
    sail("calm");

    assertThat(pergola("diff", runs().get(0), "nope").err())
        .isEqualTo("error: Unknown run: 'nope'. List them: pergola runs.\n");
  }
}
