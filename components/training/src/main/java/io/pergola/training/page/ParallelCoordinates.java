package io.pergola.training.page;

import io.pergola.training.Dimension;
import io.pergola.training.Objective;
import io.pergola.training.TunerTrial;
import io.pergola.training.TunerTrials;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Trials as lines over an axis for each hyperparameter and one for the objective, whose better end
 * is on top. A trial that failed ends before that.
 */
final class ParallelCoordinates {
  private static final int HEIGHT = 420;
  private static final int LEFT = 90;
  private static final int RIGHT = 90;
  private static final int TOP = 44;
  private static final int BOTTOM = 18;
  private static final int GAP = 170;
  private static final int NARROWEST = 640;
  private static final int TICKS = 5;

  /** The worst trial's line is this strong, the best one's 1. */
  private static final double WEAKEST = 0.15;

  private final TunerTrials trials;
  private final int width;
  private final double best;
  private final double worst;

  private ParallelCoordinates(TunerTrials trials) {
    this.trials = trials;
    this.width = Math.max(NARROWEST, LEFT + RIGHT + GAP * trials.dimensions().size());
    List<Double> values =
        trials.trials().stream()
            .map(trial -> trial.value(trials.objective()))
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .sorted(trials.objective().bestFirst())
            .toList();
    this.best = values.get(0);
    double last = values.get(values.size() - 1);
    this.worst = last == best ? best + (trials.objective().isMaximized() ? -1 : 1) : last;
  }

  /** A figure. */
  static String svg(TunerTrials trials) {
    return new ParallelCoordinates(trials).figure();
  }

  private String figure() {
    StringBuilder svg = new StringBuilder("<figure class=\"wide\">\n<figcaption>Trials");
    svg.append(" <span class=\"key key-best\">best</span>");
    svg.append(" <span class=\"key key-a\">the better, the stronger</span>");
    if (trials.trials().stream().anyMatch(trial -> trial.failure().isPresent())) {
      svg.append(" <span class=\"key key-b\">failed</span>");
    }
    svg.append("</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(width, HEIGHT));
    svg.append("<title>Trials over their hyperparameters and the objective</title>\n");
    for (int axis = 0; axis <= trials.dimensions().size(); axis++) {
      svg.append(text("<path class=\"axis\" d=\"M%.1f %dV%d\"/>\n", x(axis), TOP, HEIGHT - BOTTOM));
    }
    List<TunerTrial> ranked = trials.ranked();
    // The best is drawn last, above the others.
    for (int rank = ranked.size() - 1; rank >= 0; rank--) {
      line(svg, ranked.get(rank), 1 - (1 - WEAKEST) * rank / Math.max(1, ranked.size() - 1));
    }
    for (int axis = 0; axis < trials.dimensions().size(); axis++) {
      labels(svg, axis, trials.dimensions().get(axis));
    }
    labelsOfObjective(svg);
    return svg.append("</svg>\n</figure>\n").toString();
  }

  private void labels(StringBuilder svg, int axis, Dimension dimension) {
    heading(svg, axis, dimension.name());
    for (Object value : dimension.points(TICKS)) {
      tick(svg, axis, dimension.unit(value), TrialsPage.text(value));
    }
  }

  private void labelsOfObjective(StringBuilder svg) {
    int axis = trials.dimensions().size();
    Objective objective = trials.objective();
    heading(svg, axis, objective.metric());
    for (double tick : CurveChart.ticks(Math.min(best, worst), Math.max(best, worst))) {
      tick(svg, axis, height(tick), CurveChart.number(tick));
    }
  }

  private void heading(StringBuilder svg, int axis, String name) {
    svg.append(
        text(
            "<text class=\"middle name\" x=\"%.1f\" y=\"%d\">%s</text>\n",
            x(axis), TOP - 20, Page.escaped(name)));
  }

  /** To the left of an axis; to the right of the last, where no line goes. */
  private void tick(StringBuilder svg, int axis, double unit, String label) {
    boolean last = axis == trials.dimensions().size();
    svg.append(
        text(
            "<text%s x=\"%.1f\" y=\"%.1f\">%s</text>\n",
            last ? "" : " class=\"end over\"",
            x(axis) + (last ? 6 : -6),
            y(unit) + 4,
            Page.escaped(label)));
  }

  private void line(StringBuilder svg, TunerTrial trial, double strength) {
    StringBuilder path = new StringBuilder();
    for (int axis = 0; axis < trials.dimensions().size(); axis++) {
      Dimension dimension = trials.dimensions().get(axis);
      Object value = trial.hyperparameters().get(dimension.name());
      if (value != null) {
        path.append(
            text("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(axis), y(dimension.unit(value))));
      }
    }
    OptionalDouble value = trial.value(trials.objective());
    value.ifPresent(
        its -> path.append(text("L%.1f %.1f", x(trials.dimensions().size()), y(height(its)))));
    String kind = value.isEmpty() ? "failed" : trial.number() == trials.best() ? "best" : "trial";
    svg.append(
        text(
            "<path class=\"%s\"%s d=\"%s\"><title>%s</title></path>\n",
            kind,
            kind.equals("trial") ? text(" stroke-opacity=\"%.2f\"", strength) : "",
            path,
            Page.escaped(TrialsPage.about(trials, trial))));
  }

  /** 1 for the best, 0 for the worst. */
  private double height(double value) {
    return (value - worst) / (best - worst);
  }

  private double x(int axis) {
    return LEFT + (double) axis / trials.dimensions().size() * (width - LEFT - RIGHT);
  }

  private static double y(double unit) {
    return TOP + (1 - unit) * (HEIGHT - TOP - BOTTOM);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
