package io.pergola.benchmarks;

import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.feature.Expr;
import io.pergola.pipeline.Channel;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Transform;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Prints what fitting the taxi plan to a day and to windows of thirty days costs, without
 * transformed examples.
 *
 * <p>Arguments: a working folder, and the number of rows of a day.
 */
final class TransformOfWindow {
  private TransformOfWindow() {}

  public static void main(String[] args) throws Exception {
    new Windows<>(
            Path.of(args[0]),
            Long.parseLong(args[1]),
            Transform.of(Windows.EXAMPLES, new Channel<>("schema-gen", "schema", Schema.class))
                .with(TransformOfPergola::plan)
                .graphOnly(),
            TransformGraph.class,
            TransformGraph::new,
            TransformOfWindow::examples)
        .print();
    System.exit(0);
  }

  /** A value is analysed of every trip where a missing one counts as 0. */
  private static long examples(Path graph) throws IOException {
    return FittedPlan.read(graph).fitted().stream()
        .filter(fitted -> fitted.of() instanceof Expr.ZScore)
        .mapToLong(Fitted::count)
        .min()
        .orElse(0);
  }
}
