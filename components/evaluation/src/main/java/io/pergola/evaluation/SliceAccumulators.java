package io.pergola.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pergola.model.Task;
import io.pergola.validation.SliceKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.jspecify.annotations.Nullable;

/** The accumulators of every slice, of a model and its baseline. Mergeable; not thread-safe. */
final class SliceAccumulators {
  /** How many scores the overall slice keeps before its curves come from a histogram. */
  static final int EXACT_OVERALL = 1_000_000;

  /** The same of any other slice; there can be many of them. */
  static final int EXACT_SLICE = 10_000;

  /** Of one slice; {@code baseline} is null without a baseline. */
  record Pair(MetricAccumulator model, @Nullable MetricAccumulator baseline) {}

  private final Map<SliceKey, Pair> slices = new LinkedHashMap<>();
  private long unlabelled;

  void countUnlabelled() {
    unlabelled++;
  }

  long unlabelled() {
    return unlabelled;
  }

  /** The accumulators of a slice, made where they are not there yet. */
  Pair slice(SliceKey key, Task task, int classes, Baseline withBaseline) {
    Pair known = slices.get(key);
    if (known != null) {
      return known;
    }
    int exact = key.equals(SliceKey.OVERALL) ? EXACT_OVERALL : EXACT_SLICE;
    Pair made =
        new Pair(
            new MetricAccumulator(task, classes, exact),
            withBaseline == Baseline.PRESENT ? new MetricAccumulator(task, classes, exact) : null);
    slices.put(key, made);
    requireFewEnough(key);
    return made;
  }

  /** Whether there is a model to compare with. */
  enum Baseline {
    PRESENT,
    ABSENT
  }

  private void requireFewEnough(SliceKey key) {
    long alike =
        slices.size() <= Evaluator.MOST_SLICES
            ? 0
            : slices.keySet().stream()
                .filter(other -> other.values().keySet().equals(key.values().keySet()))
                .count();
    if (alike > Evaluator.MOST_SLICES) {
      throw new IllegalArgumentException(
          "Cannot slice by %s: there are more than %,d slices. Slice by a feature with fewer values, or by single values: Slicing.where(...)."
              .formatted(String.join(" x ", key.values().keySet()), Evaluator.MOST_SLICES));
    }
  }

  /** A copy that shares nothing with this one. */
  SliceAccumulators copy() {
    try {
      return CoderUtils.clone(new SliceAccumulatorsCoder(), this);
    } catch (CoderException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds all of {@code other}, whose accumulators may become this one's: nobody uses it on. */
  void merge(SliceAccumulators other) {
    unlabelled += other.unlabelled;
    other.slices.forEach(
        (key, pair) -> {
          Pair mine = slices.get(key);
          if (mine == null) {
            slices.put(key, pair);
            requireFewEnough(key);
            return;
          }
          mine.model().merge(pair.model());
          if (mine.baseline() != null && pair.baseline() != null) {
            mine.baseline().merge(pair.baseline());
          }
        });
  }

  /** The metrics of the slices into which an example with a label falls. */
  List<EvaluationResult.Slice> results() {
    List<EvaluationResult.Slice> results = new ArrayList<>();
    slices.forEach(
        (key, pair) -> {
          if (pair.model().examples() > 0) {
            results.add(result(key, pair));
          }
        });
    return results;
  }

  private static EvaluationResult.Slice result(SliceKey key, Pair pair) {
    return new EvaluationResult.Slice(
        key,
        pair.model().examples(),
        pair.model().hasExactCurve()
            ? EvaluationResult.Curve.EXACT
            : EvaluationResult.Curve.HISTOGRAM,
        pair.model().metrics(),
        pair.baseline() == null ? Map.of() : pair.baseline().metrics(),
        pair.model().confusion());
  }

  /** Writes every accumulator in full. */
  static final class SliceAccumulatorsCoder extends CustomCoder<SliceAccumulators> {
    @Override
    public void encode(SliceAccumulators value, OutputStream stream) throws IOException {
      DataOutputStream out = new DataOutputStream(stream);
      out.writeLong(value.unlabelled);
      out.writeInt(value.slices.size());
      for (Map.Entry<SliceKey, Pair> slice : value.slices.entrySet()) {
        out.writeInt(slice.getKey().values().size());
        for (Map.Entry<String, String> of : slice.getKey().values().entrySet()) {
          writeText(out, of.getKey());
          writeText(out, of.getValue());
        }
        slice.getValue().model().write(out);
        MetricAccumulator baseline = slice.getValue().baseline();
        out.writeBoolean(baseline != null);
        if (baseline != null) {
          baseline.write(out);
        }
      }
      out.flush();
    }

    @Override
    public SliceAccumulators decode(InputStream stream) throws IOException {
      DataInputStream in = new DataInputStream(stream);
      SliceAccumulators value = new SliceAccumulators();
      value.unlabelled = in.readLong();
      int size = in.readInt();
      for (int s = 0; s < size; s++) {
        TreeMap<String, String> key = new TreeMap<>();
        for (int of = in.readInt(); of > 0; of--) {
          key.put(readText(in), readText(in));
        }
        MetricAccumulator model = MetricAccumulator.read(in);
        MetricAccumulator baseline = in.readBoolean() ? MetricAccumulator.read(in) : null;
        value.slices.put(new SliceKey(key), new Pair(model, baseline));
      }
      return value;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
      byte[] bytes = text.getBytes(UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      return new String(bytes, UTF_8);
    }
  }
}
