package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code pergola deploy} and {@code pergola deployments}. */
class DeploymentsCommandTest extends CliFixture {
  private Path jar(int factor) throws Exception {
    return SourceJar.of(
        folder,
        "elsewhere" + factor,
        Map.of("com.acme.Elsewhere", SourceJar.elsewhere(factor)),
        Map.of());
  }

  private static String hash(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private List<String> stored() throws Exception {
    if (!Files.isDirectory(home().resolve("jars"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(home().resolve("jars"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private JsonNode deployments(String... more) throws Exception {
    String[] words =
        Stream.concat(Stream.of("deployments", "--json"), Stream.of(more)).toArray(String[]::new);
    Answer answer = pergola(words);
    assertThat(answer.err()).isEmpty();
    return new ObjectMapper().readTree(answer.out());
  }

  @Test
  void aJarIsStoredByItsContentAndItsPipelinesAreVersions() throws Exception {
    Path jar = jar(2);
    Answer answer = pergola("deploy", jar.toString(), "--size=4", "--note=for tests");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(answer.out())
        .contains("elsewhere version 1 (com.acme.Elsewhere, " + hash(jar).substring(0, 12))
        .doesNotContain("not built");
    assertThat(stored()).containsExactly(hash(jar) + ".jar");
    assertThat(home().resolve("jars").resolve(hash(jar) + ".jar")).hasSameBinaryContentAs(jar);
    JsonNode one = deployments().get(0);
    assertThat(one.get("pipeline").asText()).isEqualTo("elsewhere");
    assertThat(one.get("version").asInt()).isEqualTo(1);
    assertThat(one.get("definition").asText()).isEqualTo("com.acme.Elsewhere");
    assertThat(one.get("jar").asText()).isEqualTo(hash(jar));
    assertThat(one.get("file").asText()).isEqualTo("elsewhere2.jar");
    assertThat(one.get("note").asText()).isEqualTo("for tests");
    assertThat(pergola("deployments").out())
        .containsPattern("(?m)^PIPELINE +VERSION +CLASS +JAR +DEPLOYED +NOTE$")
        .containsPattern(
            "(?m)^elsewhere +1 +com.acme.Elsewhere +%s .* for tests$"
                .formatted(hash(jar).substring(0, 12)));
  }

  @Test
  void theSameJarTwiceIsOneVersionAndAnotherIsTheNext() throws Exception {
    Path jar = jar(2);
    pergola("deploy", jar.toString(), "--size=4");
    Answer again = pergola("deploy", jar.toString(), "--size=4");

    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("elsewhere version 1").contains("there already");
    assertThat(stored()).hasSize(1);
    assertThat(deployments("elsewhere")).hasSize(1);

    Path other = jar(3);
    assertThat(pergola("deploy", other.toString(), "--size=4").out())
        .contains("elsewhere version 2");
    assertThat(pergola("deploy", jar.toString(), "--size=4").out())
        .as("the way back from a bad version")
        .contains("elsewhere version 3");
    assertThat(stored()).hasSize(2);
    assertThat(deployments("elsewhere").findValuesAsText("version")).containsExactly("3", "2", "1");
    assertThat(deployments().findValuesAsText("version")).containsExactly("3");
  }

  @Test
  void aPipelineWhoseParametersAreMissingIsDeployedUnbuiltAndThatIsSaid() throws Exception {
    Answer answer = pergola("deploy", jar(2).toString());

    assertThat(answer.code()).isZero();
    assertThat(answer.out()).contains("not built: it needs --size.");
    assertThat(deployments()).hasSize(1);
  }

  @Test
  void whatIsNoJarIsRefusedAndNothingIsStored() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.jar"), "not a jar");
    Answer answer = pergola("deploy", text.toString());

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .startsWith("error: Cannot deploy %s: ".formatted(text))
        .endsWith(" Name a jar file.\n");
    assertThat(answer.err().lines()).hasSize(1);
    assertThat(pergola("deploy", folder.resolve("none.jar").toString()).err())
        .isEqualTo(
            "error: Cannot deploy %s: there is no such file. Build the jar first.\n"
                .formatted(folder.resolve("none.jar")));
    assertThat(pergola("deploy", folder.toString()).code()).as("a folder").isEqualTo(2);
    assertThat(stored()).isEmpty();
  }

  @Test
  void aJarWithoutPipelinesIsRefusedAndNothingIsStored() throws Exception {
    Path empty =
        SourceJar.of(
            folder,
            "empty",
            Map.of("com.acme.Plain", "package com.acme; public record Plain(int size) {}"),
            Map.of("readme.txt", "nothing"));
    Answer answer = pergola("deploy", empty.toString());

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot deploy %s: there is no pipeline in it. Add a record that implements PipelineDefinition.\n"
                .formatted(empty));
    assertThat(stored()).isEmpty();
  }

  @Test
  void aPipelineThatCannotBeBuiltIsRefusedWithItsOwnWords() throws Exception {
    String broken =
        """
        package com.acme;

        import io.pergola.pipeline.PipelineBuilder;
        import io.pergola.pipeline.PipelineDefinition;

        public record Broken() implements PipelineDefinition {
          @Override
          public void define(PipelineBuilder p) {
            throw new IllegalStateException("no harbour today");
          }
        }
        """;
    Path jar = SourceJar.of(folder, "broken", Map.of("com.acme.Broken", broken), Map.of());
    Answer answer = pergola("deploy", jar.toString());

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .startsWith("error: Cannot deploy com.acme.Broken: ")
        .contains("no harbour today");
    assertThat(stored()).isEmpty();
  }

  @Test
  void oneOfSeveralPipelinesIsChosenByName() throws Exception {
    Path jar =
        SourceJar.of(
            folder,
            "two",
            Map.of(
                "com.acme.Elsewhere",
                SourceJar.elsewhere(2),
                "com.acme.Nowhere",
                SourceJar.elsewhere(3).replace("Elsewhere", "Nowhere")),
            Map.of());
    Answer unknown = pergola("deploy", jar.toString(), "--pipeline=anywhere", "--size=4");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err())
        .isEqualTo(
            "error: Unknown pipeline: 'anywhere'. %s has elsewhere, nowhere.\n".formatted(jar));

    pergola("deploy", jar.toString(), "--pipeline=nowhere", "--size=4");
    assertThat(deployments().findValuesAsText("pipeline")).containsExactly("nowhere");
    assertThat(pergola("deployments", "elsewhere").code()).isEqualTo(2);
    assertThat(pergola("deployments", "elsewhere").err())
        .isEqualTo(
            "error: Unknown pipeline: 'elsewhere' was never deployed. List what was: pergola"
                + " deployments --home=%s\n".formatted(home()));
  }

  @Test
  void deploymentsNeedAWorkspace() {
    Answer answer = pergola("deployments");

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("there is no workspace");
    sail("calm");
    assertThat(pergola("deployments").out())
        .isEqualTo("Nothing is deployed. Deploy a jar: pergola deploy JAR\n");
  }
}
