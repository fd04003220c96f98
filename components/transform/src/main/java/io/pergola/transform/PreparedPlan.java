package io.pergola.transform;

import io.pergola.feature.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fitted plan made ready for one example at a time, as a server that answers each request on its
 * own wants it: the same bits as {@link FittedPlan#apply}, without a batch of one row. Immutable
 * and thread-safe; its {@link Row rows} are not.
 *
 * <pre>{@code
 * PreparedPlan prepared = plan.prepare();
 * PreparedPlan.Row row = prepared.row(); // one for each thread, used again and again
 * row.clear().put(fare, 12.5).put(company, "Blue").apply();
 * float[] dense = row.dense();
 * }</pre>
 *
 * <p>What is made of lists is computed as {@link FittedPlan#apply} does, with its allocations.
 */
public final class PreparedPlan {
  private final FittedPlan plan;
  private final FittedPlan.Features features;
  private final RowSteps steps;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<FittedPlan.Input> inputs;
  private final int[] slotOfInput;
  private final int[] denseSlots;
  private final int[] categoricalSlots;

  /** Vectors, sequences, and what else is made of lists; none where everything else is. */
  private final Map<String, Expr> ofLists = new LinkedHashMap<>();

  PreparedPlan(FittedPlan plan) {
    this.plan = plan;
    this.features = plan.features();
    this.steps = new RowSteps(plan.constants());
    this.inputs = plan.inputs();
    this.denseSlots = slots(new ArrayList<>(plan.plan().dense().entrySet()));
    this.categoricalSlots = slots(new ArrayList<>(plan.plan().categorical().entrySet()));
    plan.plan().sequences().forEach(ofLists::put);
    this.slotOfInput = new int[inputs.size()];
    for (int i = 0; i < slotOfInput.length; i++) {
      columns.put(inputs.get(i).column(), i);
      slotOfInput[i] = steps.slotOfColumn(inputs.get(i));
    }
  }

  /** The slot of each feature; -1 of one that is made of lists. */
  private int[] slots(List<? extends Map.Entry<String, ? extends Expr>> named) {
    int[] slots = new int[named.size()];
    for (int i = 0; i < slots.length; i++) {
      Expr e = named.get(i).getValue();
      slots[i] = RowSteps.handles(e) ? steps.slot(named.get(i).getKey(), e) : -1;
      if (slots[i] < 0) {
        ofLists.put(named.get(i).getKey(), e);
      }
    }
    return slots;
  }

  /** The plan. */
  public FittedPlan plan() {
    return plan;
  }

  /**
   * The number by which a row knows a raw column.
   *
   * @throws IllegalArgumentException if no feature needs the column
   */
  public int column(String name) {
    Integer column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "Cannot find column '%s': the features are computed from %s. Correct the name."
              .formatted(name, inputs.stream().map(FittedPlan.Input::column).toList()));
    }
    return column;
  }

  /** A new row, every column missing. */
  public Row row() {
    return new Row();
  }

  /**
   * One raw example, and its features: overwritten by the next example. Not thread-safe. The label
   * is not computed.
   */
  public final class Row {
    private final RowState state = new RowState(steps.size());
    private final @Nullable Object[] lists = new @Nullable Object[inputs.size()];
    private final float[] dense = new float[features.denseWidth()];
    private final boolean[] densePresent = new boolean[denseSlots.length];
    private final long[] categorical = new long[categoricalSlots.length];
    private final long[][] sequences = new long[features.sequences().size()][];

    private Row() {
      for (int i = 0; i < sequences.length; i++) {
        sequences[i] = new long[features.sequences().get(i).length()];
      }
    }

    /** Makes every column missing. */
    public Row clear() {
      for (int i = 0; i < slotOfInput.length; i++) {
        if (slotOfInput[i] >= 0) {
          state.present[slotOfInput[i]] = false;
        }
        lists[i] = null;
      }
      return this;
    }

    /** Gives a number; float32 is the nearest. */
    public Row put(int column, double value) {
      requireKind(column, FittedPlan.Kind.NUMBER);
      int slot = slotOfInput[column];
      if (!ofLists.isEmpty()) {
        lists[column] = value;
      }
      if (slot >= 0) {
        steps.put(state, slot, value);
      }
      return this;
    }

    /** Gives an integer. */
    public Row put(int column, long value) {
      requireKind(column, FittedPlan.Kind.NUMBER);
      int slot = slotOfInput[column];
      if (!ofLists.isEmpty()) {
        lists[column] = value;
      }
      if (slot >= 0) {
        steps.put(state, slot, value);
      }
      return this;
    }

    /** Gives a text. */
    public Row put(int column, String value) {
      requireKind(column, FittedPlan.Kind.TEXT);
      int slot = slotOfInput[column];
      if (!ofLists.isEmpty()) {
        lists[column] = value;
      }
      if (slot >= 0) {
        RowState.Bytes text = state.texts[slot];
        text.clear();
        text.append(value);
        state.present[slot] = true;
      }
      return this;
    }

    /**
     * Gives a list.
     *
     * @param values texts or numbers, as {@link FittedPlan#apply(Map)} takes them
     */
    public Row put(int column, List<?> values) {
      FittedPlan.Kind kind = inputs.get(column).kind();
      if (kind != FittedPlan.Kind.TEXTS && kind != FittedPlan.Kind.NUMBERS) {
        throw wrongKind(column, "a list");
      }
      lists[column] = values;
      return this;
    }

    private void requireKind(int column, FittedPlan.Kind kind) {
      if (inputs.get(column).kind() != kind) {
        throw wrongKind(column, kind.phrase());
      }
    }

    private IllegalArgumentException wrongKind(int column, String given) {
      return new IllegalArgumentException(
          "Cannot take %s as column '%s': the plan reads it as %s. Give it as that."
              .formatted(given, inputs.get(column).column(), inputs.get(column).kind().phrase()));
    }

    /**
     * Computes the features.
     *
     * @throws IllegalArgumentException if a value is one that the plan refuses; the message names
     *     the feature and the value
     */
    public Row apply() {
      steps.run(state);
      int at = 0;
      for (int i = 0; i < denseSlots.length; i++) {
        int slot = denseSlots[i];
        if (slot >= 0) {
          densePresent[i] = state.present[slot];
          dense[at] = state.present[slot] ? state.numbers[slot] : 0;
        }
        at += features.dense().get(i).width();
      }
      for (int i = 0; i < categoricalSlots.length; i++) {
        int slot = categoricalSlots[i];
        if (slot >= 0) {
          categorical[i] = id(state.present[slot] ? state.integers[slot] : -1, i);
        }
      }
      if (!ofLists.isEmpty()) {
        applyLists();
      }
      return this;
    }

    private long id(long id, int feature) {
      return id < 0 ? features.categorical().get(feature).size() : id;
    }

    private void applyLists() {
      Map<String, Object> row = new HashMap<>();
      for (int i = 0; i < lists.length; i++) {
        if (lists[i] != null) {
          row.put(inputs.get(i).column(), lists[i]);
        }
      }
      Map<String, Object> made = RawRow.values(plan.only(ofLists, RawRow.batch(plan, row)));
      int at = 0;
      for (int i = 0; i < denseSlots.length; i++) {
        FittedPlan.DenseFeature feature = features.dense().get(i);
        if (denseSlots[i] < 0) {
          Object value = made.get(feature.name());
          densePresent[i] = value != null;
          if (value instanceof float[] vector) {
            System.arraycopy(vector, 0, dense, at, vector.length);
          } else {
            Arrays.fill(dense, at, at + feature.width(), value == null ? 0 : (Float) value);
          }
        }
        at += feature.width();
      }
      for (int i = 0; i < categoricalSlots.length; i++) {
        if (categoricalSlots[i] < 0) {
          Object value = made.get(features.categorical().get(i).name());
          categorical[i] = id(value == null ? -1 : (Long) value, i);
        }
      }
      for (int i = 0; i < sequences.length; i++) {
        FittedPlan.SequenceFeature feature = features.sequences().get(i);
        Object value = made.get(feature.name());
        if (value == null) {
          Arrays.fill(sequences[i], feature.size());
        } else {
          System.arraycopy(value, 0, sequences[i], 0, sequences[i].length);
        }
      }
    }

    /**
     * The numbers of the dense features, side by side in the order of {@link FittedPlan.Features},
     * as a network takes them: 0 where missing. Overwritten by the next {@link #apply}.
     */
    public float[] dense() {
      return dense;
    }

    /** Whether the dense feature of that place in {@link FittedPlan.Features#dense} is present. */
    public boolean isDensePresent(int feature) {
      return densePresent[feature];
    }

    /**
     * The id of each categorical feature, as a network takes it: the feature's size where it is
     * missing or out of the vocabulary. Overwritten by the next {@link #apply}.
     */
    public long[] categorical() {
      return categorical;
    }

    /**
     * The ids of each sequence, as a network takes them: padding where missing. Overwritten by the
     * next {@link #apply}.
     */
    public long[][] sequences() {
      return sequences;
    }
  }

  @Override
  public String toString() {
    return "PreparedPlan[%s]".formatted(Objects.toString(plan));
  }
}
