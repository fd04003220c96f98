package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
