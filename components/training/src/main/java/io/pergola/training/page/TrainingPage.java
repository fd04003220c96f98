package io.pergola.training.page;

import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingProfile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A page that shows the curves of a training: one HTML file with its style and drawings in it. It
 * has no script and loads nothing; its content security policy allows its own style only.
 */
public final class TrainingPage {
  private TrainingPage() {}

  /**
   * The page.
   *
   * @param title what the model is called on it: any text, it is escaped
   * @param profile of its execution, if it is known
   */
  public static String of(String title, TrainingCurves curves, Optional<TrainingProfile> profile) {
    StringBuilder body = new StringBuilder();
    body.append("<header>\n<h1>Training</h1>\n<p>%s</p>\n".formatted(Page.escaped(title)));
    body.append("<p>%s</p>\n</header>\n".formatted(Page.escaped(about(curves))));
    body.append("<main>\n");
    body.append(
        CurveChart.svg(
            "Loss",
            curves.keptStep(),
            List.of(
                new CurveChart.Line("training", "a", curves.trainingLoss()),
                new CurveChart.Line("evaluation", "b", curves.evaluationLoss()))));
    for (String metric : curves.metrics()) {
      body.append(
          CurveChart.svg(
              metric,
              curves.keptStep(),
              List.of(new CurveChart.Line("evaluation", "b", curves.metric(metric)))));
    }
    curves
        .summaries()
        .forEach(
            (name, curve) ->
                body.append(
                    CurveChart.svg(
                        name,
                        curves.keptStep(),
                        List.of(new CurveChart.Line("training", "a", curve)))));
    if (curves.constantLearningRate().isEmpty()) {
      body.append(
          CurveChart.svg(
              "Learning rate",
              curves.keptStep(),
              List.of(new CurveChart.Line("training", "a", curves.learningRate()))));
    }
    profile.ifPresent(found -> body.append(ProfileBar.svg(found)));
    body.append("</main>\n").append(table(curves));
    return Page.of("Training", title, body.toString());
  }

  private static String about(TrainingCurves curves) {
    String kept =
        curves
            .kept()
            .map(best -> " with evaluation loss %s".formatted(CurveChart.number(best.loss())))
            .orElse("");
    String rate =
        curves.constantLearningRate().isPresent()
            ? " The learning rate was %s throughout."
                .formatted(CurveChart.number(curves.constantLearningRate().getAsDouble()))
            : "";
    return String.format(
        Locale.ROOT,
        "%s, label %s: %,d steps of %,d examples; the weights of step %,d were kept%s.%s",
        curves.task(),
        curves.label(),
        curves.steps(),
        curves.batchSize(),
        curves.keptStep(),
        kept,
        rate);
  }

  private static String table(TrainingCurves curves) {
    if (curves.evaluations().isEmpty()) {
      return "";
    }
    StringBuilder table = new StringBuilder("<details>\n<summary>Evaluations</summary>\n<table>\n");
    table.append("<thead><tr><th scope=\"col\">step</th><th scope=\"col\">loss</th>");
    curves
        .metrics()
        .forEach(name -> table.append("<th scope=\"col\">%s</th>".formatted(Page.escaped(name))));
    table.append("</tr></thead>\n<tbody>\n");
    for (Evaluation evaluation : curves.evaluations()) {
      table.append(evaluation.step() == curves.keptStep() ? "<tr class=\"kept\"><td>" : "<tr><td>");
      table.append(String.format(Locale.ROOT, "%,d</td>", evaluation.step()));
      table.append("<td>%s</td>".formatted(CurveChart.number(evaluation.loss())));
      for (String name : curves.metrics()) {
        Double value = evaluation.metrics().get(name);
        table.append("<td>%s</td>".formatted(value == null ? "" : CurveChart.number(value)));
      }
      table.append("</tr>\n");
    }
    return table.append("</tbody>\n</table>\n</details>\n").toString();
  }
}
