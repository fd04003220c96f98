package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.MetadataStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What keeps {@code pergola serve} from starting. */
class ServeCommandTest extends CliFixture {
  @Test
  void aPortInUseIsSaidAndTheDaemonsNameIsFreeAgain() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String[] serve = {"serve", "--holder=one", "--port=" + taken.getLocalPort()};
      Answer answer = pergola(serve);

      assertThat(answer.code()).isEqualTo(2);
      assertThat(answer.err())
          .isEqualTo(
              "error: Cannot listen on port %d: it is taken. Choose another with --port.\n"
                  .formatted(taken.getLocalPort()));
      assertThat(answer.out()).isEmpty();
      assertThat(pergola(serve).err())
          .as("not: one of this name is running")
          .isEqualTo(answer.err());
    }
  }

  @Test
  void anAddressThatOthersReachIsRefused() {
    Answer answer = pergola("serve", "--bind=0.0.0.0", "--port=0");

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot listen on 0.0.0.0: health and metrics are shown to this machine only."
                + " Put a proxy in front, or leave the address out.\n");
  }

  @Test
  void wrongOptionsAreSaid() {
    assertThat(pergola("serve", "--port=65536").err())
        .isEqualTo("error: Invalid --port: 65536 (0 to 65535)\n");
    assertThat(pergola("serve", "--port=0", "--max-runs=0").code()).isEqualTo(2);
    assertThat(pergola("serve", "--port=0", "--heap=much").code()).isEqualTo(2);
    assertThat(pergola("serve", "--port=0", "--holder=a b").code()).isEqualTo(2);
    assertThat(pergola("serve", "--port=0", "--notifications=" + folder.resolve("none")).code())
        .isEqualTo(2);
  }

  @Test
  void aSecondDaemonOfTheNameIsRefused() throws Exception {
    Files.createDirectories(home());
    try (MetadataStore store = MetadataStore.open(home().resolve("metadata.db"))) {
      assertThat(store.leases().acquire("daemon/one", "elsewhere 1 1", Duration.ofMinutes(1)))
          .isPresent();
    }
    Answer answer = pergola("serve", "--holder=one", "--port=0");

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .startsWith("error: Cannot start daemon 'one': one of this name is running (");
  }
}
