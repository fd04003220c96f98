package io.pergola.training.page;

import io.pergola.training.TrainingProfile;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Where the time of a training went, as a bar of its parts, and the advice. */
final class ProfileBar {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 34;

  private ProfileBar() {}

  static String svg(TrainingProfile profile) {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("input", profile.input());
    parts.put("compute", profile.compute());
    parts.put("evaluation", profile.evaluation());
    parts.put("checkpoint", profile.checkpoint());
    parts.put("other", profile.other());
    StringBuilder legend = new StringBuilder();
    StringBuilder bars = new StringBuilder();
    double left = 0;
    for (Map.Entry<String, Double> part : parts.entrySet()) {
      String share = String.format(Locale.ROOT, "%s %.1f %%", part.getKey(), 100 * part.getValue());
      legend.append("<li class=\"part part-%s\">%s</li>\n".formatted(part.getKey(), share));
      bars.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"fill-%s\" x=\"%.1f\" width=\"%.1f\""
                  + " height=\"%d\"><title>%s</title></rect>\n",
              part.getKey(),
              left * WIDTH,
              part.getValue() * WIDTH,
              HEIGHT,
              share));
      left += part.getValue();
    }
    StringBuilder layers = new StringBuilder();
    profile
        .slowestLayers()
        .forEach(
            layer ->
                layers.append(
                    String.format(
                        Locale.ROOT,
                        "<tr><th scope=\"row\">%s</th><td>%.1f %%</td></tr>\n",
                        Page.escaped(layer.getKey()),
                        100 * layer.getValue())));
    String table =
        layers.isEmpty()
            ? ""
            : "<table class=\"layers\"><tr><th scope=\"col\">layer</th><th scope=\"col\">share of the network's time</th></tr>\n%s</table>\n"
                .formatted(layers);
    StringBuilder advice = new StringBuilder();
    profile
        .advice()
        .forEach(sentence -> advice.append("<p>%s</p>\n".formatted(Page.escaped(sentence))));
    return String.format(
        Locale.ROOT,
        "<figure>\n"
            + "<figcaption>Where the time went: %.1f s</figcaption>\n"
            + "<svg class=\"parts\" viewBox=\"0 0 %d %d\" role=\"img\"><title>Shares of the"
            + " time</title>\n"
            + "%s</svg>\n"
            + "<ul>\n"
            + "%s</ul>\n"
            + "%s%s</figure>\n",
        profile.seconds(),
        WIDTH,
        HEIGHT,
        bars,
        legend,
        table,
        advice);
  }
}
