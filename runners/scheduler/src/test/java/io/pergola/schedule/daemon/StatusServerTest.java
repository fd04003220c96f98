package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusServerTest {
  private StatusServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        StatusServer.start(
            InetAddress.getByName("127.0.0.1"),
            0,
            Map.of("/health", () -> new StatusServer.Answer(200, "application/json", "{}\n")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String send(String... lines) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(5000);
      socket
          .getOutputStream()
          .write((String.join("\r\n", lines)).getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String get(String path, String host) throws IOException {
    return send("GET " + path + " HTTP/1.1", "Host: " + host, "", "");
  }

  private String here() {
    return "127.0.0.1:" + server.port();
  }

  @Test
  void healthIsAnsweredUnderEachNameOfLoopback() throws IOException {
    for (String name : new String[] {"127.0.0.1", "localhost", "[::1]"}) {
      assertThat(get("/health", name + ":" + server.port()))
          .startsWith("HTTP/1.1 200 OK")
          .contains("X-content-type-options: nosniff")
          .endsWith("\r\n\r\n{}\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example.com",
        "evil.example.com:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.:PORT",
        "LOCALHOST:PORT",
        "127.0.0.1:PORT@evil.example.com",
        "127.0.0.1:PORT, evil.example.com",
        ""
      })
  void anotherHostIsRefused(String host) throws IOException {
    assertThat(get("/health", host.replace("PORT", Integer.toString(server.port()))))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void noHostAndTwoHostsAreRefused() throws IOException {
    assertThat(send("GET /health HTTP/1.0", "", "")).startsWith("HTTP/1.1 403");
    assertThat(send("GET /health HTTP/1.1", "Host: " + here(), "Host: evil.example.com", "", ""))
        .startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/healthz",
        "/health/",
        "//health",
        "/health;x",
        "/health?x=1",
        "/health?",
        "/%68ealth",
        "/health%00",
        "/x/../health",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e%2f",
        "/api//x",
        "/api/x;y",
        "/HEALTH",
        "http://evil.example.com/health"
      })
  void thereIsNoOtherRoute(String path) throws IOException {
    assertThat(get(path, here())).matches("(?s)HTTP/1.1 4\\d\\d.*").doesNotContain("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH", "get"})
  void thereIsNoOtherMethod(String method) throws IOException {
    assertThat(send(method + " /health HTTP/1.1", "Host: " + here(), "", ""))
        .startsWith("HTTP/1.1 405");
  }

  @Test
  void aBodyIsRefused() throws IOException {
    assertThat(send("GET /health HTTP/1.1", "Host: " + here(), "Content-Length: 3", "", "abc"))
        .startsWith("HTTP/1.1 413");
    assertThat(
            send(
                "GET /health HTTP/1.1",
                "Host: " + here(),
                "Transfer-Encoding: chunked",
                "",
                "3",
                "abc",
                "0",
                "",
                ""))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void anAddressThatOthersReachIsRefused() {
    assertThatThrownBy(() -> StatusServer.start(InetAddress.getByName("0.0.0.0"), 0, Map.of()))
        .hasMessage(
            "Cannot listen on 0.0.0.0: health and metrics are shown to this machine only. Put a"
                + " proxy in front, or leave the address out.");
    assertThatThrownBy(() -> StatusServer.start(InetAddress.getByName("192.0.2.1"), 0, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
