package io.pergola.training;

import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.TransformGraph;
import io.pergola.pipeline.Channel;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link Trainer} before it is made: its values by name, with what they are unless set. */
final class TrainerDraft {
  private final Channel<TransformGraph> graph;
  private final Channel<Examples<FeatureVector>> examples;
  private final TrainFunction function;
  int steps = 10_000;
  int batchSize = 1_024;
  long seed = 1;
  SortedMap<String, Object> hyperparameters = new TreeMap<>();
  int patience = 5;
  double minDelta = 0;
  int evaluateEvery = 0;
  int checkpointEvery = 1_000;
  String trainSplit = "train";
  String evalSplit = "eval";
  boolean eventFiles = false;
  int workers = 1;
  Optional<String> version = Optional.empty();

  TrainerDraft(
      Channel<TransformGraph> graph,
      Channel<Examples<FeatureVector>> examples,
      TrainFunction function) {
    this.graph = graph;
    this.examples = examples;
    this.function = function;
  }

  TrainerDraft(Trainer from) {
    this(from.graph(), from.examples(), from.function());
    this.steps = from.steps();
    this.batchSize = from.batchSize();
    this.seed = from.seed();
    this.hyperparameters = from.hyperparameters();
    this.patience = from.patience();
    this.minDelta = from.minDelta();
    this.evaluateEvery = from.evaluateEvery();
    this.checkpointEvery = from.checkpointEvery();
    this.trainSplit = from.trainSplit();
    this.evalSplit = from.evalSplit();
    this.eventFiles = from.eventFiles();
    this.workers = from.workers();
    this.version = from.version();
  }

  Trainer done() {
    return new Trainer(
        graph,
        examples,
        function,
        steps,
        batchSize,
        seed,
        hyperparameters,
        patience,
        minDelta,
        evaluateEvery,
        checkpointEvery,
        trainSplit,
        evalSplit,
        eventFiles,
        workers,
        version);
  }
}
