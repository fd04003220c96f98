package io.pergola.training;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The learning rate of each step, as data: among the options of {@link WideAndDeep}, among
 * hyperparameters, and in the configuration of any network as {@link LearningRateSchedule}. Its
 * text, {@code cosine(0.01, 0.0, 10000)}, is read by {@link #of(String)}.
 */
public sealed interface LearningRate {
  /**
   * The rate of a step.
   *
   * @param step counted from 0
   * @return 0 or more
   */
  double at(int step);

  /** The same rate at every step. */
  record Constant(double rate) implements LearningRate {
    public Constant {
      requireRate(rate);
    }

    @Override
    public double at(int step) {
      return rate;
    }

    @Override
    public String toString() {
      return Double.toString(rate);
    }
  }

  /**
   * {@code initial * factor^floor(step / every)}: it falls at once, after every so many steps.
   *
   * @param factor above 0, at most 1
   */
  record Step(double initial, double factor, int every) implements LearningRate {
    public Step {
      requireRate(initial);
      requireFactor(factor);
      requireSteps(every);
    }

    @Override
    public double at(int step) {
      return initial * Math.pow(factor, step / every);
    }

    @Override
    public String toString() {
      return "step(%s, %s, %d)".formatted(initial, factor, every);
    }
  }

  /**
   * {@code initial * factor^(step / every)}: as {@link Step}, but smoothly.
   *
   * @param factor above 0, at most 1
   */
  record Exponential(double initial, double factor, int every) implements LearningRate {
    public Exponential {
      requireRate(initial);
      requireFactor(factor);
      requireSteps(every);
    }

    @Override
    public double at(int step) {
      return initial * Math.pow(factor, (double) step / every);
    }

    @Override
    public String toString() {
      return "exponential(%s, %s, %d)".formatted(initial, factor, every);
    }
  }

  /**
   * {@code last + (initial - last) (1 + cos(pi step / steps)) / 2}, and {@code last} from {@code
   * steps} on (Loshchilov and Hutter, SGDR, 2017, without restarts).
   *
   * @param last 0 or more
   */
  record Cosine(double initial, double last, int steps) implements LearningRate {
    public Cosine {
      requireRate(initial);
      if (!(last >= 0 && last <= initial)) {
        throw new IllegalArgumentException(
            "Invalid last learning rate: %s (0 to the initial one, %s)".formatted(last, initial));
      }
      requireSteps(steps);
    }

    @Override
    public double at(int step) {
      double done = Math.min(1, (double) step / steps);
      return last + (initial - last) * (1 + Math.cos(Math.PI * done)) / 2;
    }

    @Override
    public String toString() {
      return "cosine(%s, %s, %d)".formatted(initial, last, steps);
    }
  }

  /**
   * Rises in equal steps to the first rate of {@code then} over {@code steps} steps, the first of
   * them a {@code steps}-th of it; then goes on as {@code then} does from its beginning.
   */
  record WarmUp(int steps, LearningRate then) implements LearningRate {
    public WarmUp {
      requireSteps(steps);
    }

    @Override
    public double at(int step) {
      return step < steps ? then.at(0) * (step + 1) / steps : then.at(step - steps);
    }

    @Override
    public String toString() {
      return "warm_up(%d, %s)".formatted(steps, then);
    }
  }

  /** The same rate at every step. */
  static LearningRate constant(double rate) {
    return new Constant(rate);
  }

  /** Multiplied by {@code factor} after every so many steps. */
  static LearningRate step(double initial, double factor, int every) {
    return new Step(initial, factor, every);
  }

  /** Falls smoothly, by {@code factor} in every so many steps. */
  static LearningRate exponential(double initial, double factor, int every) {
    return new Exponential(initial, factor, every);
  }

  /** Falls along half a cosine to 0 at {@code steps}. */
  static LearningRate cosine(double initial, int steps) {
    return new Cosine(initial, 0, steps);
  }

  /** The same after a rise over so many steps. */
  default LearningRate warmUp(int steps) {
    return new WarmUp(steps, this);
  }

  /**
   * Reads what {@code toString} writes: a number, or the name of a schedule with its values.
   *
   * @throws IllegalArgumentException if it is none
   */
  static LearningRate of(String text) {
    String word = text.strip();
    Matcher schedule = Pattern.compile("(\\w+)\\((.*)\\)").matcher(word);
    try {
      if (!schedule.matches()) {
        return new Constant(Double.parseDouble(word));
      }
      boolean warmUp = schedule.group(1).equals("warm_up");
      List<String> values = List.of(schedule.group(2).split(",", warmUp ? 2 : -1));
      if (warmUp && values.size() == 2) {
        return new WarmUp(Integer.parseInt(values.get(0).strip()), of(values.get(1)));
      }
      if (values.size() == 3) {
        double initial = Double.parseDouble(values.get(0));
        double second = Double.parseDouble(values.get(1));
        int steps = Integer.parseInt(values.get(2).strip());
        switch (schedule.group(1).toLowerCase(Locale.ROOT)) {
          case "step":
            return new Step(initial, second, steps);
          case "exponential":
            return new Exponential(initial, second, steps);
          case "cosine":
            return new Cosine(initial, second, steps);
          default:
            break;
        }
      }
    } catch (NumberFormatException e) {
      throw unknown(text, e);
    }
    throw unknown(text, null);
  }

  private static IllegalArgumentException unknown(
      String text, @Nullable NumberFormatException cause) {
    return new IllegalArgumentException(
        "Invalid learning rate: '%s' (a number, step(initial, factor, every), exponential(initial, factor, every), cosine(initial, last, steps) or warm_up(steps, RATE))"
            .formatted(text),
        cause);
  }

  private static void requireRate(double rate) {
    if (!(rate > 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException(
          "Invalid learning rate: %s (must be above 0)".formatted(rate));
    }
  }

  private static void requireFactor(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException(
          "Invalid factor of a learning rate: %s (must be above 0, at most 1)".formatted(factor));
    }
  }

  private static void requireSteps(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "Invalid steps of a learning rate: %d (must be 1 or more)".formatted(steps));
    }
  }
}
