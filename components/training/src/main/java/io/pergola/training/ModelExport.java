package io.pergola.training;

import io.pergola.artifact.Model;
import io.pergola.beam.ExampleBatch;
import io.pergola.model.Graphs;
import io.pergola.model.ServableWriter;
import io.pergola.model.Signature;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.training.Trainer.Trained;
import io.pergola.training.internal.Evaluated;
import io.pergola.training.internal.FitLoop;
import io.pergola.training.internal.ParityCheck;
import io.pergola.training.internal.Predictor;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a servable of what was trained.
 *
 * @param execution what the trainer's node reports to
 * @param out the model
 * @param directory of the model
 * @param workers how many trained at once
 */
record ModelExport(Execution execution, Channel<Model> out, Path directory, int workers) {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** Writes a trained model, compares it with its graphs, and records what came of it. */
  void write(Trained trained) throws IOException {
    TrainingSession session = trained.session();
    TrainedModel model = trained.model();
    if (session.result().isEmpty() && !(model instanceof TrainedNetwork)) {
      session.evaluate(model);
    }
    FittedPlan plan = trained.plan();
    Signature signature =
        ServableWriter.write(
            directory, Signature.of(plan, about(session, model)), plan, model.onnx());
    model.write(directory);
    session.endCurves(model).write(directory);
    compare(trained, signature);
    model.settings().forEach((name, value) -> execution.property(out, name, value));
    recordLayers("taken_layers", session.taken());
    recordLayers("anew_layers", session.anew());
    if (!(model instanceof TrainedNetwork)) {
      execution.property(out, "framework", model.framework());
      session.lastEvaluation().ifPresent(last -> record(last));
    }
    session.result().ifPresent(result -> record(result));
  }

  /** {@code deep (all weights), embeddings (color: 19 of 21 rows)}: text, which listings show. */
  private void recordLayers(String name, SortedMap<String, String> layers) {
    if (!layers.isEmpty()) {
      StringJoiner text = new StringJoiner(", ");
      layers.forEach((layer, what) -> text.add("%s (%s)".formatted(layer, what)));
      execution.property(out, name, text.toString());
    }
  }

  private static SortedMap<String, String> about(TrainingSession session, TrainedModel model) {
    SortedMap<String, String> about = new TreeMap<>();
    about.put("framework", model.framework());
    session
        .result()
        .ifPresent(
            result -> {
              about.put("steps", Integer.toString(result.steps()));
              about.put("best_step", Integer.toString(result.bestStep()));
              if (Double.isFinite(result.loss())) {
                about.put("loss", number(result.loss()));
              }
              result
                  .evaluation()
                  .ifPresent(kept -> about.put("evaluation_loss", number(kept.loss())));
            });
    return about;
  }

  private void record(FitLoop.Result result) {
    record("steps", result.steps());
    record("best_step", result.bestStep());
    record("loss", result.loss());
    result.evaluation().ifPresent(kept -> record(kept));
    execution.metric("rows_per_second", result.rowsPerSecond());
    if (workers > 1) {
      execution.metric("lost_rounds", result.lostRounds());
    }
    result.profile().metrics().forEach(execution::metric);
    LOG.info(
        "Trained {} steps, {} rows/s; kept step {}",
        result.steps(),
        Math.round(result.rowsPerSecond()),
        result.bestStep());
  }

  private void record(Evaluated kept) {
    record("evaluation_loss", kept.loss());
    kept.metrics().forEach((name, value) -> record("evaluation_" + name, value));
  }

  private void compare(Trained trained, Signature signature) throws IOException {
    Predictor model = trained.session().predictor(trained.model());
    TrainingFeatures features = trained.features();
    double difference =
        ParityCheck.largestDifference(directory, model, features, trained.compared());
    List<ExampleBatch> raw = trained.raw().read();
    if (raw.stream().anyMatch(batch -> batch.rows() > 0)) {
      ParityCheck.Parity parity = ParityCheck.onRaw(directory, model, features, raw);
      parity.figures().forEach((name, value) -> record("parity_" + name, value));
      difference = Math.max(difference, parity.largest());
      ServableWriter.sign(
          directory, signature.with(signature.graphs().withParity(parity.figures())));
    }
    record("largest_parity_difference", difference);
    signature
        .graphs()
        .full()
        .flatMap(Graphs.Full::ends)
        .ifPresent(ends -> execution.property(out, "full_onnx_ends", ends.text()));
  }

  private void record(String name, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    execution.metric(name, value);
    execution.property(out, name, value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
