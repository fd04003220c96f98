package io.pergola.training;

import io.pergola.beam.JobCounters;
import io.pergola.training.internal.search.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.jspecify.annotations.Nullable;

/**
 * The job of a tuner: round after round, one element a trial, and a barrier between rounds. What
 * trials are and what came of them is read from and written to the folder of the task; elements are
 * numbers only.
 */
final class TunerJob {
  private static final int ONE = 0;

  private TunerJob() {}

  static void build(Pipeline beam, TunerTask task) {
    KvCoder<Integer, Integer> coder = KvCoder.of(VarIntCoder.of(), VarIntCoder.of());
    PCollection<KV<Integer, Integer>> done =
        beam.apply("Start", Create.of(KV.of(ONE, 0)).withCoder(coder));
    List<PCollection<KV<Integer, Integer>>> all = new ArrayList<>();
    for (int round = 0; round < task.rounds().count(); round++) {
      done =
          done.apply("Wait for round " + round, GroupByKey.create())
              .apply("Choose " + round, ParDo.of(new ChooseFn(task, round)))
              .setCoder(VarIntCoder.of())
              .apply("Spread " + round, Reshuffle.viaRandomKey())
              .apply("Train " + round, ParDo.of(new TrialFn(task, round)))
              .setCoder(coder);
      all.add(done);
    }
    // Of all rounds, as there is none after a rung at which every trial failed.
    PCollectionList.of(all)
        .apply("Trials of all rounds", Flatten.pCollections())
        .apply("Wait for all", GroupByKey.create())
        .apply("Write", ParDo.of(new WriteFn(task)));
  }

  private static List<Request> requests(TunerTask task, int round) {
    int before = task.isHalving() ? round : Math.min(1, round);
    return task.rounds().requests(round, task.recorded(before));
  }

  /** Gives the numbers of the trials of a round. */
  private static final class ChooseFn extends DoFn<KV<Integer, Iterable<Integer>>, Integer> {
    private static final long serialVersionUID = 1L;

    private final TunerTask task;
    private final int round;

    ChooseFn(TunerTask task, int round) {
      this.task = task;
      this.round = round;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Integer>> before, OutputReceiver<Integer> out) {
      List<Request> requests = requests(task, round);
      if (round > 0) {
        List<Integer> going = requests.stream().map(Request::trial).toList();
        before
            .getValue()
            .forEach(
                trial -> {
                  if (!going.contains(trial)) {
                    task.endWork(trial);
                  }
                });
      }
      requests.forEach(request -> out.output(request.trial()));
    }
  }

  /** Trains a trial, unless an earlier attempt did. */
  private static final class TrialFn extends DoFn<Integer, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1L;

    /** Of each task that runs in this process: those that may still start. */
    private static final Map<String, Semaphore> FREE = new ConcurrentHashMap<>();

    private final TunerTask task;
    private final int round;
    private final Counter rows = JobCounters.rows();
    private transient @Nullable Map<Integer, Request> requests;

    TrialFn(TunerTask task, int round) {
      this.task = task;
      this.round = round;
    }

    @ProcessElement
    public void process(@Element Integer number, OutputReceiver<KV<Integer, Integer>> out)
        throws Exception {
      Optional<TunerTrial> recorded = task.record(number, task.roundsOfTrial(round));
      TunerTrial trial = recorded.isPresent() ? recorded.get() : limited(request(number));
      TunerProgress.done(task.folder(), trial);
      out.output(KV.of(ONE, number));
    }

    private Request request(int number) {
      Map<Integer, Request> known = requests;
      if (known == null) {
        known = new TreeMap<>();
        for (Request request : requests(task, round)) {
          known.put(request.trial(), request);
        }
        requests = known;
      }
      Request request = known.get(number);
      if (request == null) {
        throw new IllegalStateException(
            "Cannot find trial %d of round %d".formatted(number, round));
      }
      return request;
    }

    private TunerTrial limited(Request request) throws Exception {
      TrialRun run = new TrialRun(task, request, round, rows::inc);
      if (task.parallel() == 0) {
        return run.run();
      }
      Semaphore free =
          FREE.computeIfAbsent(task.folder(), folder -> new Semaphore(task.parallel()));
      free.acquire();
      try {
        return run.run();
      } finally {
        free.release();
      }
    }
  }

  /** Writes the outputs, unless all trials failed. */
  private static final class WriteFn extends DoFn<KV<Integer, Iterable<Integer>>, Void> {
    private static final long serialVersionUID = 1L;

    private final TunerTask task;

    WriteFn(TunerTask task) {
      this.task = task;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<Integer>> done) throws IOException {
      List<TunerTrial> trials = task.recorded(task.rounds().count());
      Optional<TunerTrial> best = TunerTrials.best(task.objective(), trials);
      if (best.isEmpty()) {
        return;
      }
      Path results = Path.of(task.results());
      for (TunerTrial trial : trials) {
        Path curves = task.curves(trial.number());
        if (TrainingCurves.areIn(curves)) {
          TrainingCurves.read(curves).write(TunerTrials.curvesOf(results, trial.number()));
        }
      }
      new Hyperparameters(best.get().hyperparameters())
          .write(Files.createDirectories(Path.of(task.best())));
      new TunerTrials(
              task.objective(),
              task.search().toString(),
              task.trainer().steps(),
              task.space().dimensions(),
              best.get().number(),
              trials)
          .write(results);
    }
  }
}
