package io.pergola.training;

import io.pergola.artifact.BestHyperparameters;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.OptionalChannel;
import java.io.Serializable;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Trainer} before it is made: its values by name, with what they are unless set. It is
 * also what a trainer is written as, since an {@link Optional} cannot be.
 */
final class TrainerDraft implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Channel<TransformGraph> graph;
  private final Channel<? extends Examples<?>> examples;
  private final ExampleForm form;
  private final TrainingLibrary function;
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
  @Nullable String version = null;
  @Nullable Channel<BestHyperparameters> tuned = null;
  @Nullable Channel<Model> earlier = null;
  @Nullable OptionalChannel<Model> earlierIfAny = null;
  @Nullable Channel<Schema> schema = null;

  TrainerDraft(
      Channel<TransformGraph> graph,
      Channel<? extends Examples<?>> examples,
      ExampleForm form,
      TrainingLibrary function) {
    this.graph = graph;
    this.examples = examples;
    this.form = form;
    this.function = function;
  }

  TrainerDraft(Trainer from) {
    this(from.graph(), from.examples(), from.form(), from.function());
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
    this.version = from.version().orElse(null);
    this.tuned = from.tuned().orElse(null);
    this.earlier = from.earlier().orElse(null);
    this.earlierIfAny = from.earlierIfAny().orElse(null);
    this.schema = from.schema().orElse(null);
  }

  Trainer done() {
    return new Trainer(
        graph,
        examples,
        form,
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
        Optional.ofNullable(version),
        Optional.ofNullable(tuned),
        Optional.ofNullable(earlier),
        Optional.ofNullable(earlierIfAny),
        Optional.ofNullable(schema));
  }

  private Object readResolve() {
    return done();
  }
}
