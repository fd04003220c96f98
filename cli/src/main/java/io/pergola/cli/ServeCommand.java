package io.pergola.cli;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.run.RunProcess;
import io.pergola.run.Workspace;
import io.pergola.schedule.Scheduler;
import io.pergola.schedule.daemon.ChildJvmLauncher;
import io.pergola.schedule.daemon.Daemon;
import io.pergola.schedule.daemon.DaemonHealth;
import io.pergola.schedule.daemon.DaemonMeters;
import io.pergola.schedule.daemon.DaemonSettings;
import io.pergola.schedule.daemon.RunEvents;
import io.pergola.schedule.daemon.SchedulerTicks;
import io.pergola.schedule.daemon.StatusServer;
import io.pergola.schedule.notification.Notifier;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The daemon. */
@Command(
    name = "serve",
    description = {
      "Fire schedules, run what is queued and go on with what was interrupted, until it is ended.",
      "Each run has a JVM of its own, which goes on when this process ends."
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final int FIRST_WITH_UNSAFE_OPTION = 23;

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8484",
      description = "For /health and /metrics on 127.0.0.1; 0 for any. Default: 8484")
  int port = 8484;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "A loopback address to listen on. Default: 127.0.0.1")
  String bind = "127.0.0.1";

  @Option(
      names = "--max-runs",
      paramLabel = "N",
      defaultValue = "2",
      description = "Runs that this daemon drives at once. Default: 2")
  int maxRuns = 2;

  @Option(
      names = "--holder",
      paramLabel = "NAME",
      description = "This daemon's name, unique in the database. Default: the host's name")
  @Nullable String holder;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "The largest heap of a run's JVM. Default: 2g")
  String heap = "2g";

  @Option(
      names = "--env",
      paramLabel = "NAME",
      description = "Hand this environment variable on to runs; may be repeated.")
  List<String> variables = new ArrayList<>();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "After Ctrl-C or SIGTERM wait so long for runs. Default: 0; runs go on alone")
  int wait;

  @Option(
      names = "--notifications",
      paramLabel = "FILE",
      description = "Who is told of what. Default: notifications.yaml in the workspace")
  @Nullable Path notifications;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Workspace workspace = home.open();
        LogFile log = LogFile.start(workspace.logs(), "serve");
        DaemonMeters meters = new DaemonMeters(workspace.store());
        Notifier notifier = NotificationsCommand.open(workspace, notifications);
        ChildJvmLauncher launcher = launcher(workspace)) {
      MetadataStore store = workspace.store();
      DaemonSettings settings = settings();
      SchedulerTicks ticks = new SchedulerTicks(Scheduler.over(store, Clock.systemUTC()), store);
      Daemon daemon = new Daemon(settings, store, Clock.systemUTC(), launcher, ticks, meters);
      try {
        daemon.open();
      } catch (IllegalStateException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
      try (StatusServer server = status(daemon, meters, store)) {
        console.line(
            "pergola serve %s: http://%s:%d/health, log %s"
                .formatted(settings.name(), bind, server.port(), log.path()));
        console.out().flush();
        serve(daemon, new RunEvents(workspace, notifier, meters, Clock.systemUTC()), notifier);
      } finally {
        daemon.close();
      }
      console.line(
          daemon.live().isEmpty()
              ? "stopped"
              : "stopped; %d runs go on alone".formatted(daemon.live().size()));
    }
    return ExitCode.OK.code();
  }

  private void serve(Daemon daemon, RunEvents events, Notifier notifier)
      throws InterruptedException {
    AtomicInteger signals = new AtomicInteger();
    StopSignals.handle(
        () -> {
          if (signals.getAndIncrement() > 0) {
            Runtime.getRuntime().halt(ExitCode.CANCELLED.code());
          }
          daemon.stop();
        });
    ScheduledExecutorService telling =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "pergola-notifications");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        telling.scheduleWithFixedDelay(() -> tell(events, notifier), 1, 1, TimeUnit.SECONDS);
    try {
      daemon.run();
      if (wait > 0) {
        daemon.await(Duration.ofSeconds(wait));
      }
    } finally {
      telling.shutdownNow();
    }
  }

  private static void tell(RunEvents events, Notifier notifier) {
    try {
      events.look();
      notifier.sendDue();
    } catch (MetadataStoreException e) {
      LOG.warn("Cannot look for news yet", e);
    } catch (RuntimeException e) {
      LOG.error("Cannot tell of news", e);
    }
  }

  private DaemonSettings settings() {
    String name =
        holder == null ? RunProcess.current().host().replaceAll("[^A-Za-z0-9._-]", "_") : holder;
    try {
      return DaemonSettings.named(name).maxRuns(maxRuns);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private StatusServer status(Daemon daemon, DaemonMeters meters, MetadataStore store)
      throws IOException {
    String version = ServeCommand.class.getPackage().getImplementationVersion();
    if (port < 0 || port > 65535) {
      throw new UsageException("Invalid --port: %d (0 to 65535)".formatted(port));
    }
    try {
      return DaemonHealth.serve(
          daemon,
          meters,
          store,
          InetAddress.getByName(bind),
          port,
          version == null ? "(development)" : version);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (java.net.BindException e) {
      throw new UsageException(
          "Cannot listen on port %d: it is taken. Choose another with --port.".formatted(port));
    }
  }

  private ChildJvmLauncher launcher(Workspace workspace) {
    List<String> jvm =
        new ArrayList<>(List.of("-Dfile.encoding=UTF-8", "-Xlog:disable", "-XX:+UseParallelGC"));
    if (Runtime.version().feature() > FIRST_WITH_UNSAFE_OPTION) {
      jvm.add("--enable-native-access=ALL-UNNAMED");
      jvm.add("--sun-misc-unsafe-memory-access=allow");
    }
    List<String> rest = new ArrayList<>(List.of("--home=" + workspace.home()));
    if (home.metadata != null && !home.metadata.isBlank()) {
      rest.add("--metadata=" + home.metadata);
    }
    try {
      return new ChildJvmLauncher(
          new ChildJvmLauncher.Command(
              Path.of(System.getProperty("java.home"), "bin", "java"),
              jvm,
              System.getProperty("java.class.path"),
              List.of(Main.class.getName(), "run-claimed"),
              rest,
              heap),
          System.getenv(),
          variables,
          workspace.home());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
