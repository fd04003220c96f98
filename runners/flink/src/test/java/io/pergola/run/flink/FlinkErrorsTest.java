package io.pergola.run.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import acme.BeamFail;
import acme.BeamGated;
import acme.Counts;
import acme.Numbers;
import acme.ReadNumbers;
import com.sun.net.httpserver.HttpServer;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.JobListener;
import io.pergola.run.NodeFailedException;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RetryPolicy;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run says when the cluster is not what it needs. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FlinkErrorsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Workspace workspace;

  record Failing(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamFail(p.add(new ReadNumbers(file))));
    }
  }

  record Gated(Path file, Path log, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamGated(p.add(new ReadNumbers(file)), log, go));
    }
  }

  @BeforeEach
  void open() throws Exception {
    workspace = Workspace.open(folder.resolve("home"));
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void anotherVersionOfFlinkIsRefusedWithoutARetry() throws Exception {
    HttpServer other = answering(200, overview("1.20.1", 4));
    try (FlinkEngine engine = at(other)) {
      NodeFailedException cause = failure(run(engine, new Failing(file()), RunListener.none()));

      assertThat(cause.isInfrastructure()).isFalse();
      assertThat(cause.line())
          .isEqualTo(
              "Node 'beam-fail' failed: Cannot run on Flink at %s: it is version 1.20.1, and this is %s. Use a cluster of version 1.19."
                  .formatted(address(other), EnvironmentInformation.getVersion()));
    } finally {
      other.stop(0);
    }
  }

  @Test
  void anotherServerAtTheAddressIsNotTakenForFlink() throws Exception {
    HttpServer other = answering(200, "<html>Welcome</html>");
    try (FlinkEngine engine = at(other)) {
      assertThat(failure(run(engine, new Failing(file()), RunListener.none())).line())
          .isEqualTo(
              "Node 'beam-fail' failed: Cannot reach Flink at %1$s: http://%1$s/overview is not the answer of a Flink JobManager. Start the cluster, or correct --flink-master."
                  .formatted(address(other)));
    } finally {
      other.stop(0);
    }
  }

  @Test
  void clusterWithoutSlotsIsWaitedForAndGivenUpInTheEnd() throws Exception {
    HttpServer empty = answering(200, overview(EnvironmentInformation.getVersion(), 0));
    List<String> told = new CopyOnWriteArrayList<>();
    try (FlinkEngine engine = at(empty).patience(Duration.ofSeconds(1))) {
      assertThatThrownBy(() -> engine.run(engine.newJob("job"), collecting(told)))
          .hasMessage(
              "Cannot run on Flink at %s: it has had no slots for 1 s (0 task managers). Start task managers; if the cluster starts them itself for a job, say --flink-parallelism."
                  .formatted(address(empty)));
    } finally {
      empty.stop(0);
    }
    assertThat(told).isNotEmpty().containsOnly("waits for slots: there are 0 task managers");
  }

  @Test
  void jobsWithoutAFreeSlotSaySoAndFailAfterTheConfiguredTime() throws Exception {
    try (MiniCluster small = oneSlot(Duration.ofSeconds(3))) {
      FlinkEngine engine = FlinkEngine.at(address(small)).staging(List.of()).parallelism(1);
      CompletableFuture<RunResult> first =
          CompletableFuture.supplyAsync(() -> run(engine, gated("a"), RunListener.none()));
      await().atMost(LONG).until(() -> Counts.read(folder.resolve("a")).contains("waiting"));

      List<String> told = new CopyOnWriteArrayList<>();
      NodeFailedException cause = failure(run(engine, gated("b"), telling(told)));
      Files.createFile(folder.resolve("a/go"));

      assertThat(cause.isInfrastructure()).isTrue();
      assertThat(cause.line())
          .isEqualTo(
              "Node 'beam-gated' failed: Cannot run on Flink at %s: it found no free slots in time (1 slots, 0 of them free). Add task managers, wait for other jobs, or lower --flink-parallelism."
                  .formatted(address(small)));
      assertThat(told)
          .anyMatch(line -> line.endsWith(", waits for slots: 1 slots, 0 of them free"));
      assertThat(first.get(60, TimeUnit.SECONDS)).isInstanceOf(RunResult.Succeeded.class);
      engine.close();
    }
  }

  private static MiniCluster oneSlot(Duration requestTimeout) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, requestTimeout.toMillis());
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    return cluster;
  }

  private PipelineDefinition gated(String name) {
    Path log = folder.resolve(name);
    try {
      Files.createDirectories(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new Gated(file(), log, log.resolve("go"));
  }

  private Path file() {
    return folder.resolve("numbers.txt");
  }

  private static String overview(String version, int slots) {
    return """
        {"taskmanagers": 0, "slots-total": %d, "slots-available": %d, "jobs-running": 0,
         "flink-version": "%s"}"""
        .formatted(slots, slots, version);
  }

  private static HttpServer answering(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String address(HttpServer server) {
    return "localhost:" + server.getAddress().getPort();
  }

  private static String address(MiniCluster cluster) throws Exception {
    return "localhost:" + cluster.getRestAddress().get(60, TimeUnit.SECONDS).getPort();
  }

  private static FlinkEngine at(HttpServer server) {
    return FlinkEngine.at(address(server)).staging(List.of());
  }

  private static JobListener collecting(List<String> told) {
    return new JobListener() {
      @Override
      public void submitted(String jobId) {}

      @Override
      public void rows(long rows) {}

      @Override
      public void progress(String line) {
        told.add(line);
      }
    };
  }

  private static RunListener telling(List<String> told) {
    return new RunListener() {
      @Override
      public void nodeProgress(String node, long rows, double rate, String message) {
        told.add(message);
      }
    };
  }

  private static NodeFailedException failure(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Failed.class);
    return ((RunResult.Failed) result).cause();
  }

  private RunResult run(FlinkEngine engine, PipelineDefinition pipeline, RunListener listener) {
    RunOptions options = RunOptions.defaults().retries(RetryPolicy.none()).withoutCache();
    return PipelineRunner.in(workspace)
        .on(engine)
        .run(PipelineBuilder.build(pipeline), options, listener);
  }
}
