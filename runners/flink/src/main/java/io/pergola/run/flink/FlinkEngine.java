package io.pergola.run.flink;

import io.pergola.pipeline.NodeOptions;
import io.pergola.run.Engine;
import io.pergola.run.InfrastructureException;
import io.pergola.run.JobListener;
import io.pergola.run.RunningJob;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.flink.api.common.ExecutionMode;
import org.apache.flink.api.common.JobID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs on Flink. Its state spills to disk, so that jobs need not fit in memory.
 *
 * <p>A job's id is chosen here and handed to the listener before the job is submitted: whoever goes
 * on after a crash can always find the job, and wait for it or cancel it.
 */
public final class FlinkEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkEngine.class);
  static final int REST_ATTEMPTS = 5;
  static final long REST_DELAY_MILLIS = 1_000;
  private static final String EXECUTION_MODE = "execution-mode-for-batch";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final FlinkOptions settings;
  private final Semaphore permits;
  private final Optional<RemoteCluster> remote;
  private final Set<String> leftovers = ConcurrentHashMap.newKeySet();
  private boolean closed;
  private boolean embeddedInUse;

  private FlinkEngine(FlinkOptions settings) {
    this.settings = settings;
    this.remote = settings.master().map(master -> new RemoteCluster(settings));
    // An embedded job that finds no free slots waits here, not in Flink, which gives up in the end.
    this.permits =
        new Semaphore(
            settings.master().isPresent() ? Integer.MAX_VALUE : EmbeddedCluster.JOBS_AT_ONCE);
  }

  /** Flink inside this process, on all cores; started with the first job, shared by all engines. */
  public static FlinkEngine embedded() {
    return new FlinkEngine(FlinkOptions.of(Optional.empty(), PATIENCE));
  }

  /**
   * A cluster that runs elsewhere. The class path of this process is sent along with each job,
   * unless the cluster says that it has it.
   *
   * @param master its REST address, {@code host:port}
   */
  public static FlinkEngine at(String master) {
    if (!master.matches("[^:/]+:\\d{1,5}")) {
      throw new IllegalArgumentException(
          "Invalid Flink master: '%s' (host:port of its REST endpoint, such as localhost:8081)"
              .formatted(master));
    }
    return new FlinkEngine(FlinkOptions.of(Optional.of(master), PATIENCE));
  }

  /**
   * The same engine with so many parallel tasks a job; default: the cores of this machine if
   * embedded, all slots of a cluster.
   */
  public FlinkEngine parallelism(int tasks) {
    if (tasks < 1) {
      throw new IllegalArgumentException(
          "Invalid parallelism: %s (must be at least 1)".formatted(tasks));
    }
    return new FlinkEngine(settings.parallelism(OptionalInt.of(tasks)));
  }

  /**
   * The same engine with these files sent along instead of the class path; none if the cluster's
   * processes were started with the application's own class path.
   */
  public FlinkEngine staging(List<Path> files) {
    return new FlinkEngine(settings.staged(new FlinkOptions.Staged.Files(files)));
  }

  /** The same engine with the class path sent along in any case. */
  public FlinkEngine stagingClassPath() {
    return new FlinkEngine(settings.staged(new FlinkOptions.Staged.ClassPath()));
  }

  /** The same engine with these files sent along besides, such as the jar of a pipeline. */
  public FlinkEngine alsoStaging(List<Path> files) {
    return new FlinkEngine(settings.extra(files));
  }

  /**
   * The same engine that first makes sure that the task managers of a cluster see this folder: the
   * one where artifacts are.
   */
  public FlinkEngine sharing(Path folder) {
    return new FlinkEngine(settings.shared(folder));
  }

  /** The same engine that waits so long for a JobManager that was there and is silent. */
  public FlinkEngine patience(Duration time) {
    return new FlinkEngine(settings.patience(time));
  }

  @Override
  public String name() {
    return "flink";
  }

  @Override
  public Pipeline newJob(String name, NodeOptions node) {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setJobName(name);
    options.setRunner(FlinkRunner.class);
    node.threads().ifPresent(options::setParallelism);
    // Lost task managers cost only what they worked on, and jobs need no slots at once.
    ExecutionMode mode = remote.isPresent() ? ExecutionMode.BATCH_FORCED : ExecutionMode.PIPELINED;
    options.setExecutionModeForBatch(node.engine().getOrDefault(EXECUTION_MODE, mode.name()));
    return Pipeline.create(options);
  }

  @Override
  public SortedMap<String, SortedSet<String>> nodeOptions() {
    SortedSet<String> modes = new TreeSet<>();
    for (ExecutionMode mode : ExecutionMode.values()) {
      modes.add(mode.name());
    }
    return new TreeMap<>(Map.of(EXECUTION_MODE, modes));
  }

  @Override
  public void run(Pipeline job, JobListener listener) throws Exception {
    permits.acquire();
    try {
      if (remote.isPresent()) {
        runRemotely(job, listener, remote.get());
      } else {
        EmbeddedCluster cluster = embeddedCluster();
        FlinkPipelineOptions options = options(job.getOptions(), cluster.master());
        // More than its share of the slots could leave jobs without any.
        if (options.getParallelism() > EmbeddedCluster.CORES) {
          options.setParallelism(EmbeddedCluster.CORES);
        }
        options.setParallelism(parallelism(options, EmbeddedCluster.CORES));
        options.setFilesToStage(List.of(cluster.stub().toString()));
        submitAndAwait(job, listener, options, cluster.folder());
      }
    } finally {
      permits.release();
    }
  }

  private void runRemotely(Pipeline job, JobListener listener, RemoteCluster cluster)
      throws Exception {
    Path scratch = Files.createTempDirectory("pergola-flink-job-");
    try {
      RemoteCluster.Facts facts = cluster.ready(listener);
      for (String leftover : leftovers) {
        cancelLeftover(leftover);
      }
      Optional<Path> unseen = cluster.takeFolderToProbe();
      if (unseen.isPresent()) {
        Pipeline probe = newJob("pergola-probe");
        try (SharedFolderProbe file = SharedFolderProbe.in(unseen.get())) {
          file.describe(probe, Math.max(1, facts.slots()));
          runRemotely(probe, SharedFolderProbe.QUIET, cluster);
        }
      }
      FlinkPipelineOptions options = options(job.getOptions(), cluster.master());
      options.setParallelism(parallelism(options, Math.max(1, facts.slots())));
      List<String> files = facts.files().stream().map(Path::toString).toList();
      options.setFilesToStage(files.isEmpty() ? List.of(StubJar.in(scratch).toString()) : files);
      submitAndAwait(job, listener, options, scratch);
    } finally {
      EmbeddedCluster.delete(scratch);
    }
  }

  private void submitAndAwait(
      Pipeline job, JobListener listener, FlinkPipelineOptions options, Path scratch)
      throws Exception {
    JobID id = new JobID();
    options.setFlinkConfDir(configuration(scratch, id).toString());
    listener.submitted(id.toHexString());
    submit(job, options);
    new FlinkJob(options.getFlinkMaster(), id, settings.patience()).await(listener);
  }

  private static void submit(Pipeline job, FlinkPipelineOptions options) throws Exception {
    try {
      FlinkRunner.fromOptions(options).run(job);
    } catch (RuntimeException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof InterruptedException) {
          throw (InterruptedException) new InterruptedException("cancelled").initCause(e);
        }
        if (t instanceof ConnectException) {
          throw RemoteCluster.unreachable(options.getFlinkMaster(), e, t.getMessage());
        }
      }
      throw FlinkFailures.ofSubmission(e, options.getFlinkMaster());
    }
  }

  @Override
  public Optional<RunningJob> reattach(String jobId) {
    if (settings.master().isEmpty() || !isJobId(jobId)) {
      return Optional.empty();
    }
    FlinkJob job =
        new FlinkJob(settings.master().get(), JobID.fromHexString(jobId), settings.patience());
    remote.orElseThrow().wasSeen();
    return job.canBeAwaited() ? Optional.of(job) : Optional.empty();
  }

  /** Also remembers it: a submission that was on its way may arrive yet. */
  @Override
  public void cancelLeftover(String jobId) {
    if (settings.master().isEmpty() || !isJobId(jobId)) {
      return;
    }
    leftovers.add(jobId);
    String master = settings.master().get();
    try {
      new FlinkJob(master, JobID.fromHexString(jobId), settings.patience()).cancelIfRunning();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new InfrastructureException(
          "Cannot ask Flink at %s for job %s: %s. Start the cluster, or correct --flink-master."
              .formatted(master, jobId, e.getMessage()),
          e);
    }
  }

  private static boolean isJobId(String id) {
    return id.matches("[0-9a-f]{32}");
  }

  /** Stops the embedded cluster if this was the last engine that used it. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (embeddedInUse) {
        EmbeddedCluster.release();
      }
    }
  }

  private synchronized EmbeddedCluster embeddedCluster() {
    if (closed) {
      throw new IllegalStateException("Cannot run a job: the engine is closed. Make a new one.");
    }
    if (!embeddedInUse) {
      EmbeddedCluster.acquire();
      embeddedInUse = true;
    }
    return EmbeddedCluster.current();
  }

  /** The node's threads, or else what this engine was made with, or else as many as there are. */
  private int parallelism(FlinkPipelineOptions job, int room) {
    return job.getParallelism() > 0 ? job.getParallelism() : settings.parallelism().orElse(room);
  }

  private static FlinkPipelineOptions options(PipelineOptions given, String cluster) {
    FlinkPipelineOptions options = given.as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster(cluster);
    options.setAttachedMode(false);
    options.setStreaming(false);
    options.setObjectReuse(true);
    options.setFasterCopy(true);
    return options;
  }

  private static Path configuration(Path scratch, JobID id) throws IOException {
    Path configuration = Files.createDirectories(scratch.resolve("conf-" + id.toHexString()));
    Files.writeString(
        configuration.resolve("config.yaml"),
        """
        "$internal.pipeline.job-id": "%s"
        rest.retry.max-attempts: %d
        rest.retry.delay: %d
        """
            .formatted(id.toHexString(), REST_ATTEMPTS, REST_DELAY_MILLIS));
    LOG.debug("Job {} is configured in {}", id, configuration);
    return configuration;
  }
}
