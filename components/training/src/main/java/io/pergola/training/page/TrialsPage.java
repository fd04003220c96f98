package io.pergola.training.page;

import io.pergola.training.TunerTrial;
import io.pergola.training.TunerTrials;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A page that shows the trials of a tuner, as lines over their hyperparameters and as a table: one
 * HTML file without a script that loads nothing.
 */
public final class TrialsPage {
  private TrialsPage() {}

  /**
   * The page.
   *
   * @param title what the trials are called on it: any text, it is escaped
   */
  public static String of(String title, TunerTrials trials) {
    StringBuilder body = new StringBuilder();
    body.append("<header>\n<h1>Trials</h1>\n<p>%s</p>\n".formatted(Page.escaped(title)));
    body.append("<p>%s</p>\n</header>\n".formatted(Page.escaped(about(trials))));
    body.append("<main>\n").append(ParallelCoordinates.svg(trials)).append("</main>\n");
    return Page.of("Trials", title, body.append(table(trials)).toString());
  }

  private static String about(TunerTrials trials) {
    long failed = trials.trials().stream().filter(t -> t.failure().isPresent()).count();
    return String.format(
        Locale.ROOT,
        "%,d trials of %,d steps at most by %s%s; the best: %s.",
        trials.trials().size(),
        trials.steps(),
        trials.search(),
        failed == 0 ? "" : String.format(Locale.ROOT, ", of which %,d failed", failed),
        about(trials, trials.bestTrial()));
  }

  /** A trial in a line. */
  static String about(TunerTrials trials, TunerTrial trial) {
    OptionalDouble value = trial.value(trials.objective());
    return "trial %d, %s: %s"
        .formatted(
            trial.number(),
            value.isPresent()
                ? trials.objective().metric() + " " + CurveChart.number(value.getAsDouble())
                : trial.failure().orElse("without " + trials.objective().metric()),
            trial.hyperparameters().entrySet().stream()
                .map(entry -> entry.getKey() + " " + text(entry.getValue()))
                .collect(Collectors.joining(", ")));
  }

  /** A hyperparameter's value. */
  static String text(Object value) {
    return value instanceof Double || value instanceof Float
        ? CurveChart.number(((Number) value).doubleValue())
        : String.valueOf(value);
  }

  private static String table(TunerTrials trials) {
    Set<String> metrics = new TreeSet<>();
    Set<String> values = new TreeSet<>();
    for (TunerTrial trial : trials.trials()) {
      metrics.addAll(trial.metrics().keySet());
      values.addAll(trial.hyperparameters().keySet());
    }
    metrics.remove(trials.objective().metric());
    StringBuilder table = new StringBuilder("<table>\n<thead><tr>");
    heading(table, "trial");
    heading(table, trials.objective().metric());
    metrics.forEach(name -> heading(table, name));
    heading(table, "steps");
    values.forEach(name -> heading(table, name));
    heading(table, "outcome");
    table.append("</tr></thead>\n<tbody>\n");
    for (TunerTrial trial : trials.ranked()) {
      table.append(trial.number() == trials.best() ? "<tr class=\"kept\">" : "<tr>");
      cell(table, String.valueOf(trial.number()));
      cell(table, number(trial, trials.objective().metric()));
      metrics.forEach(name -> cell(table, number(trial, name)));
      cell(table, String.format(Locale.ROOT, "%,d", trial.steps()));
      values.forEach(
          name ->
              cell(
                  table,
                  trial.hyperparameters().containsKey(name)
                      ? text(trial.hyperparameters().get(name))
                      : ""));
      String outcome = trial.outcome().name().toLowerCase(Locale.ROOT);
      cell(table, trial.failure().map(failure -> outcome + ": " + failure).orElse(outcome));
      table.append("</tr>\n");
    }
    return table.append("</tbody>\n</table>\n").toString();
  }

  private static String number(TunerTrial trial, String metric) {
    Double value = trial.metrics().get(metric);
    return value == null ? "" : CurveChart.number(value);
  }

  private static void heading(StringBuilder table, String name) {
    table.append("<th scope=\"col\">%s</th>".formatted(Page.escaped(name)));
  }

  private static void cell(StringBuilder table, String text) {
    table.append("<td>%s</td>".formatted(Page.escaped(text)));
  }
}
