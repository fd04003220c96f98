package io.pergola.schedule.daemon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code GET /health} and {@code GET /metrics} on this machine's own address, and nothing
 * else: no other route, method, query or body, and no request whose Host header is not exactly this
 * server's, so that a web page cannot reach it through a name of its own.
 */
public final class StatusServer implements AutoCloseable {
  private static final int THREADS = 2;
  private static final String SECONDS_PER_REQUEST = "10";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Set<String> hosts;
  private final Map<String, Supplier<Answer>> routes;

  /**
   * What a route says.
   *
   * @param status HTTP's, 200 or 503
   */
  record Answer(int status, String type, String body) {}

  private StatusServer(HttpServer server, Map<String, Supplier<Answer>> routes) {
    this.server = server;
    this.routes = Map.copyOf(routes);
    int port = server.getAddress().getPort();
    this.hosts = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "pergola-status");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to answer.
   *
   * @param port 0 for any that is free
   * @throws IllegalArgumentException if the address is not a loopback one
   */
  static StatusServer start(InetAddress address, int port, Map<String, Supplier<Answer>> routes)
      throws IOException {
    if (!address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "Cannot listen on %s: health and metrics are shown to this machine only. Put a proxy in"
                  .formatted(address.getHostAddress())
              + " front, or leave the address out.");
    }
    // Read once, when the first server of the process starts.
    for (String limit : List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime")) {
      if (System.getProperty(limit) == null) {
        System.setProperty(limit, SECONDS_PER_REQUEST);
      }
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
    StatusServer status = new StatusServer(server, routes);
    server.setExecutor(status.threads);
    server.createContext("/", status::handle);
    server.start();
    return status;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("Connection", "close");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    List<String> host = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    if (host.size() != 1 || !hosts.contains(host.get(0))) {
      return refuse(403, "This server answers to its own address only.");
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      return refuse(405, "Only GET.");
    }
    if (exchange.getRequestHeaders().containsKey("Transfer-Encoding")
        || exchange.getRequestHeaders().getOrDefault("Content-Length", List.of()).stream()
            .anyMatch(length -> !length.equals("0"))) {
      return refuse(413, "No body.");
    }
    // The raw form: nothing is decoded, so that nothing can be written in two ways.
    Supplier<Answer> route = routes.get(exchange.getRequestURI().toString());
    return route == null ? refuse(404, "There is /health and /metrics.") : route.get();
  }

  private static Answer refuse(int status, String why) {
    return new Answer(status, "text/plain; charset=utf-8", why + "\n");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
