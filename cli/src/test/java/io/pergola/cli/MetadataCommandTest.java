package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.metadata.MetadataStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code pergola metadata status} and {@code pergola metadata copy}. */
class MetadataCommandTest extends CliFixture {
  private static final ObjectMapper JSON = new ObjectMapper();

  private String source() {
    return home().resolve("metadata.db").toString();
  }

  private Answer copy(String from, String to) {
    return plain("metadata", "copy", "--from=" + from, "--to=" + to);
  }

  private JsonNode rows(String... more) throws Exception {
    String[] words =
        Stream.concat(Stream.of("metadata", "status", "--json"), Stream.of(more))
            .toArray(String[]::new);
    Answer answer = pergola(words);
    assertThat(answer.err()).isEmpty();
    return JSON.readTree(answer.out()).get("rows");
  }

  @Test
  void statusSaysWhichDatabaseItIsAndWhatIsInIt() throws Exception {
    sail("calm");
    Answer answer = pergola("metadata", "status");

    assertThat(answer.code()).isZero();
    assertThat(answer.out())
        .contains(source())
        .contains("ML Metadata's tables in version 10, Pergola's in version ")
        .containsPattern("(?m)^TABLE +ROWS$")
        .containsPattern("(?m)^pergola_run +1$")
        .containsPattern("(?m)^Artifact +4$");
    assertThat(rows().get("Execution").asInt()).isEqualTo(3);
    assertThat(plain("metadata", "status", "--home=" + folder.resolve("none")).code()).isEqualTo(2);
    assertThat(plain("metadata").code()).as("no subcommand").isEqualTo(2);
  }

  @Test
  void aStoreIsCopiedFromFileToFileAndOnlyIntoAnEmptyOne() throws Exception {
    sail("calm");
    Path target = folder.resolve("copy.db");
    Answer answer = copy(source(), target.toString());

    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(answer.out())
        .containsPattern("(?m)^TABLE +ROWS +CHECKSUM$")
        .containsPattern("(?m)^pergola_run +1 +[0-9a-f]{16}$")
        .containsPattern("(?m)^[\\d,]+ rows copied and compared. Use them with --metadata='.*'$");
    assertThat(rows("--metadata=" + target)).isEqualTo(rows());
    assertThat(pergola("runs", "--json", "--metadata=" + target).out())
        .isEqualTo(pergola("runs", "--json").out());

    Answer again = copy(source(), target.toString());
    assertThat(again.code()).isEqualTo(ExitCode.INFRASTRUCTURE.code());
    assertThat(again.err())
        .startsWith("error: Cannot copy to ")
        .contains("there are rows in its table '")
        .endsWith("Name an empty database.\n");
    assertThat(rows("--metadata=" + target)).isEqualTo(rows());
  }

  @Test
  void aStoreIsCopiedToPostgresAndUsedThereAndCopiedBack() throws Exception {
    sail("calm");
    String server = EmbeddedPostgresServer.shared().freshDatabase();
    Answer answer = copy(source(), server);

    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(pergola("runs", "--json", "--metadata=" + server).out())
        .isEqualTo(pergola("runs", "--json").out());
    assertThat(
            pergola("run", "acme.Harbour", "--boats=10", "--mood=calm", "--metadata=" + server)
                .out())
        .as("the cache came along")
        .contains("0 nodes ran, 3 cached");
    assertThat(copy(source(), server).err()).contains("there are rows in its table '");

    Path back = folder.resolve("back.db");
    Answer home = plain("metadata", "copy", "--json", "--from=" + server, "--to=" + back);
    assertThat(home.code()).isZero();
    assertThat(JSON.readTree(home.out()).findValuesAsText("table")).contains("pergola_run");
    assertThat(pergola("runs", "--json", "--metadata=" + back).out())
        .isEqualTo(pergola("runs", "--json", "--metadata=" + server).out());
  }

  @Test
  void noPasswordIsShown() {
    sail("calm");
    String server = EmbeddedPostgresServer.shared().freshDatabase() + "&password=s3cret";
    Answer answer = copy(source(), server);

    assertThat(answer.code()).isZero();
    assertThat(answer.out() + answer.err() + copy(source(), server).err()).doesNotContain("s3cret");
    assertThat(pergola("metadata", "status", "--metadata=" + server).out())
        .doesNotContain("s3cret");
  }

  @Test
  void aStoreThatIsNotThereIsRefusedAndNotMade() {
    Path none = folder.resolve("none.db");
    Answer answer = copy(none.toString(), folder.resolve("target.db").toString());

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot read %s: there is no such file. Name the metadata.db of a workspace.\n"
                .formatted(none));
    assertThat(Files.exists(none)).isFalse();
    assertThat(Files.exists(folder.resolve("target.db"))).isFalse();
    assertThat(plain("metadata", "copy", "--from=" + none).err()).contains("--to");
  }

  @Test
  void aStoreThatSomebodyWorksOnIsNotCopied() {
    sail("calm");
    try (MetadataStore store = MetadataStore.open(Path.of(source()))) {
      assertThat(store.leases().acquire("run/r1", "somebody", Duration.ofMinutes(1))).isPresent();
    }
    Answer answer = copy(source(), folder.resolve("target.db").toString());

    assertThat(answer.code()).isEqualTo(ExitCode.INFRASTRUCTURE.code());
    assertThat(answer.err()).contains("the lease 'run/r1' is in force.");
  }
}
