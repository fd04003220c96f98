package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code pergola serve} as a process: it starts, answers and ends. */
class ServeIT extends CliFixture {
  private static final Pattern STARTED =
      Pattern.compile("pergola serve one: http://127\\.0\\.0\\.1:(\\d+)/health, log (.*)");

  private Process daemon;
  private BufferedReader out;
  private int port;
  private Path log;

  @BeforeEach
  void start() throws IOException {
    // What the JVM itself says, such as the warnings of later ones, is not the daemon's.
    Path errors = folder.resolve("errors.txt");
    daemon =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "serve",
                    "--holder=one",
                    "--port=0",
                    "--home=" + home()))
            .redirectError(errors.toFile())
            .start();
    out =
        new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    Matcher started = STARTED.matcher(String.valueOf(line));
    assertThat(started.matches()).as("%s %s", line, Files.readString(errors)).isTrue();
    port = Integer.parseInt(started.group(1));
    log = Path.of(started.group(2));
  }

  @AfterEach
  void stop() {
    daemon.destroyForcibly();
  }

  private String get(String path, String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(path, host)
                  .getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void itAnswersOnLoopbackUnderItsOwnNameAndEndsWhenAsked() throws Exception {
    String here = "127.0.0.1:" + port;
    String health = get("/health", here);
    assertThat(health).startsWith("HTTP/1.1 200 ");
    JsonNode json = new ObjectMapper().readTree(body(health));
    assertThat(json.get("status").asText()).isEqualTo("ok");
    assertThat(json.get("name").asText()).isEqualTo("one");
    assertThat(json.get("database").asText()).isEqualTo("reachable");
    assertThat(get("/metrics", here)).startsWith("HTTP/1.1 200 ").contains("pergola_queue_length");
    assertThat(get("/health", "evil.example.com"))
        .startsWith("HTTP/1.1 403 ")
        .doesNotContain("database");
    assertThat(get("/health", "evil.example.com:" + port)).startsWith("HTTP/1.1 403 ");
    assertThat(get("/", here)).startsWith("HTTP/1.1 404 ");

    Answer second = pergola("serve", "--holder=one", "--port=0");
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.err()).contains("one of this name is running");
    Answer taken = pergola("serve", "--holder=two", "--port=" + port);
    assertThat(taken.err())
        .isEqualTo(
            "error: Cannot listen on port %d: it is taken. Choose another with --port.\n"
                .formatted(port));

    daemon.toHandle().destroy();
    assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(daemon.exitValue()).isZero();
    assertThat(out.readLine()).isEqualTo("stopped");
    assertThat(log).exists();
    // Its name is free at once, not when a lease runs out.
    assertThat(pergola("serve", "--holder=one", "--port=65536").err()).contains("Invalid --port");
  }
}
