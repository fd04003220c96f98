package io.pergola.run.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a JobManager's REST endpoint what Flink's own client does not. Every call goes out anew. */
final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final int LONGEST_TRACE = 1 << 16;

  private final String master;

  /**
   * @param master {@code host:port}
   */
  FlinkRest(String master) {
    this.master = master;
  }

  /** What a cluster has. */
  record Overview(String version, int taskManagers, int slots, int freeSlots, int runningJobs) {}

  /**
   * What a running job has done.
   *
   * @param scheduled tasks that have no slot yet
   * @param running tasks that have one
   * @param records read by tasks from other tasks or from a source, row groups for instance
   */
  record Done(int finishedTasks, int tasks, int scheduled, int running, long records) {
    boolean waitsForSlots() {
      return scheduled > 0 && running == 0;
    }
  }

  Overview overview() throws IOException {
    JsonNode found = get("/overview").orElseThrow(() -> notFlink("/overview"));
    if (!found.has("flink-version")) {
      throw notFlink("/overview");
    }
    return new Overview(
        found.path("flink-version").asText(),
        found.path("taskmanagers").asInt(),
        found.path("slots-total").asInt(),
        found.path("slots-available").asInt(),
        found.path("jobs-running").asInt());
  }

  /** The state of a job, such as RUNNING; empty if it is not known there. */
  Optional<String> state(String job) throws IOException {
    return get("/jobs/" + job + "/status").map(found -> found.path("status").asText());
  }

  Optional<Done> done(String job) throws IOException {
    return get("/jobs/" + job)
        .map(
            found -> {
              int tasks = 0;
              int finished = 0;
              int scheduled = 0;
              int running = 0;
              long records = 0;
              for (JsonNode vertex : found.path("vertices")) {
                tasks += vertex.path("parallelism").asInt();
                JsonNode states = vertex.path("tasks");
                finished += states.path("FINISHED").asInt();
                scheduled += states.path("SCHEDULED").asInt();
                running +=
                    states.path("DEPLOYING").asInt()
                        + states.path("INITIALIZING").asInt()
                        + states.path("RUNNING").asInt();
                records += vertex.path("metrics").path("read-records").asLong();
              }
              return new Done(finished, tasks, scheduled, running, records);
            });
  }

  /** The value of a key in the cluster's configuration. */
  Optional<String> configuration(String key) throws IOException {
    for (JsonNode entry : get("/jobmanager/config").orElseThrow(() -> notFlink("/config"))) {
      if (entry.path("key").asText().equals(key)) {
        return Optional.of(entry.path("value").asText());
      }
    }
    return Optional.empty();
  }

  /** The addresses that the task managers are known by. */
  List<String> taskManagerHosts() throws IOException {
    List<String> hosts = new ArrayList<>();
    for (JsonNode manager :
        get("/taskmanagers").orElseThrow(() -> notFlink("/taskmanagers")).path("taskmanagers")) {
      // pekko.tcp://flink@10.0.0.7:42631/user/rpc/taskmanager_0
      String path = manager.path("path").asText();
      int at = path.indexOf('@');
      int colon = path.indexOf(':', Math.max(0, at));
      hosts.add(at < 0 || colon < 0 ? path : path.substring(at + 1, colon));
    }
    return hosts;
  }

  /** Asked for the state of a job that it does not know, Flink 1.19 answers 500 with a trace. */
  private static boolean saysThatJobIsUnknown(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getErrorStream()) {
      return body != null
          && new String(body.readNBytes(LONGEST_TRACE), StandardCharsets.UTF_8)
              .contains("FlinkJobNotFoundException");
    }
  }

  private IOException notFlink(String path) {
    return new IOException(
        "http://%s%s is not the answer of a Flink JobManager".formatted(master, path));
  }

  private JsonNode parse(byte[] json, String path) throws IOException {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw notFlink(path);
    }
  }

  private Optional<JsonNode> get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://" + master + path).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setInstanceFollowRedirects(false);
    try {
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      if (status != HttpURLConnection.HTTP_OK && saysThatJobIsUnknown(connection)) {
        return Optional.empty();
      }
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("http://%s%s answers %d".formatted(master, path, status));
      }
      byte[] bytes;
      try (InputStream body = connection.getInputStream()) {
        bytes = body.readAllBytes();
      }
      return Optional.of(parse(bytes, path));
    } finally {
      connection.disconnect();
    }
  }
}
