package io.pergola.schedule.daemon;

import static org.awaitility.Awaitility.await;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A workspace, a launcher within this process, and daemons that look every 20 ms when they run. */
abstract class DaemonFixture {
  static final Duration LEASE = Duration.ofMillis(400);

  @TempDir Path folder;
  Workspace workspace;
  DaemonMeters meters;
  InProcessLauncher launcher;

  @BeforeEach
  void open() {
    Trivial.GATE.set(new CountDownLatch(0));
    workspace = Workspace.open(folder.resolve("home"));
    meters = new DaemonMeters(workspace.store());
    launcher = new InProcessLauncher(this::drive, 8);
  }

  @AfterEach
  void close() {
    launcher.close();
    meters.close();
    workspace.close();
  }

  private String drive(Claimed claimed) {
    Trivial pipeline =
        new Trivial(
            Long.parseLong(claimed.run().attribute("parameter.number").orElseThrow()),
            claimed.run().attribute("parameter.fails").filter("true"::equals).isPresent());
    return PipelineRunner.in(workspace)
        .drive(
            claimed.run().id(),
            claimed.lease(),
            PipelineBuilder.build(pipeline),
            RunOptions.defaults().lease(LEASE),
            RunListener.none())
        .getClass()
        .getSimpleName();
  }

  Daemon daemon(String name, RunLauncher with) {
    return new Daemon(
        DaemonSettings.named(name).lease(LEASE).interval(Duration.ofMillis(20)),
        workspace.store(),
        Clock.systemUTC(),
        with,
        Ticks.none(),
        meters);
  }

  void enqueue(String id, long number) {
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put(RunAttributes.DEFINITION, Trivial.class.getName());
    attributes.put(RunAttributes.PARAMETER + "number", Long.toString(number));
    workspace.store().runs().enqueue(new RunRequest(id, "trivial", attributes, Optional.empty()));
  }

  StoredRun run(String id) {
    return workspace.store().runs().find(id).orElseThrow();
  }

  void passUntil(Daemon daemon, String id, RunState state) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              daemon.pass();
              return run(id).state() == state;
            });
  }
}
