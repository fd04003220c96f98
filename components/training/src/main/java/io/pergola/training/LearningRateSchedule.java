package io.pergola.training;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A {@link LearningRate} as Deeplearning4j takes it, for networks of one's own: {@code new
 * Adam(LearningRateSchedule.of(rate))}. A step is an iteration of the network; epochs do not count.
 */
public final class LearningRateSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  /** The text of the rate, as it stands in the network's configuration. */
  @JsonProperty("rate")
  private String rate = "1.0";

  /** What the text says, once it is read: JSON and serialisation bring the text alone. */
  private transient @Nullable LearningRate parsed;

  @SuppressWarnings("unused") // For JSON.
  private LearningRateSchedule() {}

  private LearningRateSchedule(LearningRate rate) {
    this.rate = rate.toString();
    this.parsed = rate;
  }

  /** The schedule of a rate. */
  public static LearningRateSchedule of(LearningRate rate) {
    return new LearningRateSchedule(rate);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    LearningRate current = parsed;
    if (current == null) {
      current = LearningRate.of(rate);
      parsed = current;
    }
    return current.at(iteration);
  }

  @Override
  public ISchedule clone() {
    // It never changes.
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearningRateSchedule that && rate.equals(that.rate);
  }

  @Override
  public int hashCode() {
    return rate.hashCode();
  }

  @Override
  public String toString() {
    return rate;
  }
}
