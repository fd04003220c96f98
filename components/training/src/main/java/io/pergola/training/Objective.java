package io.pergola.training;

import java.util.Comparator;
import java.util.Locale;

/** What a {@link Tuner} makes good, measured on the evaluation split. */
public enum Objective {
  /** Mean loss without regularisation: as low as possible. */
  LOSS(false),
  /** Share of right answers: as high as possible. */
  ACCURACY(true),
  /** Area under the ROC curve, of two classes: as high as possible. */
  AUC(true),
  /** Mean absolute error of numbers: as low as possible. */
  MAE(false);

  private final boolean maximized;

  Objective(boolean maximized) {
    this.maximized = maximized;
  }

  /** Its name among metrics. */
  public String metric() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether more is better. */
  public boolean isMaximized() {
    return maximized;
  }

  /** Better values first. */
  public Comparator<Double> bestFirst() {
    return maximized ? Comparator.reverseOrder() : Comparator.naturalOrder();
  }
}
