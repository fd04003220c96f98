package io.pergola.training;

import io.pergola.model.Task;
import io.pergola.transform.FittedPlan;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A classifier of texts, or of anything that is a sequence of ids: an embedding of each id, a
 * reader that makes one vector of them, hidden layers. Padding takes no part in it; of a text
 * without any id, one step of padding is read.
 *
 * @param features what the network is sized by; those that are not the sequence are left aside
 * @param sequence the feature that is read
 * @param embedding the width of an embedding, 1 or more
 * @param reader what is made of the embeddings
 * @param hidden the size of each hidden layer (ReLU) after the reader; may be none
 * @param learning how it learns
 */
public record TextClassifier(
    TrainingFeatures features,
    String sequence,
    int embedding,
    Reader reader,
    List<Integer> hidden,
    LearningOptions learning)
    implements HiddenLayers<TextClassifier> {

  private static final int EMBEDDING = 32;

  public TextClassifier {
    hidden = List.copyOf(hidden);
    requirePositive("width of an embedding", embedding);
    hidden.forEach(size -> requirePositive("size of a hidden layer", size));
    NetworkDraft.sequence(features, sequence);
    learning.requireFit(features);
  }

  /** How the embeddings of a text become one vector. */
  public sealed interface Reader {
    /** The width of the vector. */
    int width(int embedding);
  }

  /** The mean of the embeddings: a bag of words, whose order does not count. */
  public record Average() implements Reader {
    @Override
    public int width(int embedding) {
      return embedding;
    }
  }

  /**
   * Filters over neighbouring ids (ReLU), and of each the largest value over the text. After Kim,
   * Convolutional Neural Networks for Sentence Classification, 2014, with filters of one width.
   *
   * @param filters how many, 1 or more
   * @param span how many ids a filter sees, 1 or more
   */
  public record Convolution(int filters, int span) implements Reader {
    public Convolution {
      requirePositive("number of filters", filters);
      requirePositive("span of a filter", span);
    }

    @Override
    public int width(int embedding) {
      return filters;
    }
  }

  /**
   * A long short-term memory that reads id by id: its output after the last one.
   *
   * @param units the width of its state, 1 or more
   */
  public record Lstm(int units) implements Reader {
    public Lstm {
      requirePositive("number of units", units);
    }

    @Override
    public int width(int embedding) {
      return units;
    }
  }

  /**
   * A {@link GatedRecurrent} unit that reads id by id: its output after the last one.
   *
   * @param units the width of its state, 1 or more
   */
  public record Gru(int units) implements Reader {
    public Gru {
      requirePositive("number of units", units);
    }

    @Override
    public int width(int embedding) {
      return units;
    }
  }

  /**
   * {@link MultiHeadAttention} as wide as the embeddings: each id looks at all others; of what they
   * find the mean. The order of ids does not count.
   *
   * @param heads how many, 1 or more; the width of an embedding is a multiple of them
   */
  public record Attention(int heads) implements Reader {
    public Attention {
      requirePositive("number of heads", heads);
    }

    @Override
    public int width(int embedding) {
      return embedding;
    }
  }

  /**
   * A classifier that averages embeddings of the only sequence.
   *
   * @throws TrainingException if the label is a number, or there is not exactly one sequence
   */
  public static TextClassifier of(TrainingFeatures features) {
    List<String> names =
        features.sequences().stream().map(FittedPlan.SequenceFeature::name).toList();
    if (names.size() != 1) {
      throw new TrainingException(
          ("Cannot choose what to read: the plan's sequences are %s. Add one to the plan, such as"
                  + " .sequence(text.tokenize().vocabulary(5_000, 1).padTo(200)), or name it:"
                  + " TextClassifier.of(features, \"text\").")
              .formatted(names));
    }
    return of(features, names.get(0));
  }

  /**
   * A classifier that averages embeddings of one sequence.
   *
   * @throws TrainingException if the label is a number, or there is no such sequence
   */
  public static TextClassifier of(TrainingFeatures features, String sequence) {
    if (features.task() == Task.REGRESSION) {
      throw NetworkDraft.notClasses(features);
    }
    return new TextClassifier(
        features, sequence, EMBEDDING, new Average(), List.of(), LearningOptions.DEFAULTS);
  }

  /** The same with embeddings of this width; 32 unless called. */
  public TextClassifier embedding(int width) {
    return new TextClassifier(features, sequence, width, reader, hidden, learning);
  }

  /** The same, averaging embeddings, as it does unless another reader is chosen. */
  public TextClassifier average() {
    return reader(new Average());
  }

  /** The same with filters over {@code span} neighbouring ids, and their largest values. */
  public TextClassifier convolution(int filters, int span) {
    return reader(new Convolution(filters, span));
  }

  /** The same with a long short-term memory. */
  public TextClassifier lstm(int units) {
    return reader(new Lstm(units));
  }

  /** The same with a gated recurrent unit. */
  public TextClassifier gru(int units) {
    return reader(new Gru(units));
  }

  /**
   * The same with self-attention of some heads.
   *
   * @throws IllegalArgumentException when built, if the width of an embedding is no multiple of
   *     them
   */
  public TextClassifier attention(int heads) {
    return reader(new Attention(heads));
  }

  /** The same with these hidden layers after the reader; none unless called. */
  public TextClassifier hidden(int... sizes) {
    return new TextClassifier(
        features, sequence, embedding, reader, Arrays.stream(sizes).boxed().toList(), learning);
  }

  @Override
  public TextClassifier learning(LearningOptions options) {
    return new TextClassifier(features, sequence, embedding, reader, hidden, options);
  }

  private TextClassifier reader(Reader other) {
    return new TextClassifier(features, sequence, embedding, other, hidden, learning);
  }

  @Override
  public ComputationGraph build() {
    NetworkDraft draft = new NetworkDraft(features, learning, sequence);
    String read = draft.addReader(NetworkDraft.sequence(features, sequence), embedding, reader);
    return draft.built(draft.addHidden(read, reader.width(embedding), hidden, 1));
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Invalid %s: %d (must be 1 or more)".formatted(what, value));
    }
  }
}
