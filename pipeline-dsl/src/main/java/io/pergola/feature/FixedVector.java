package io.pergola.feature;

import java.util.List;
import java.util.stream.Collectors;

/** Vectors of a fixed width. {@code docs/reference/feature-plans.md} defines each. */
public sealed interface FixedVector extends Expr.OfVector {
  /** The most numbers that a vector can have. */
  int MAX_WIDTH = 1 << 16;

  /** 1 at each id that the list has, 0 elsewhere; an id of -1 is left out. */
  record MultiHot(Expr.OfIds of) implements FixedVector {
    public MultiHot {
      requireNarrow(of, of.size());
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int width() {
      return of.size();
    }

    @Override
    public String text() {
      return of.text() + ".multiHot()";
    }
  }

  /** How often the list has each id; an id of -1 is left out. */
  record BagOfWords(Expr.OfIds of) implements FixedVector {
    public BagOfWords {
      requireNarrow(of, of.size());
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int width() {
      return of.size();
    }

    @Override
    public String text() {
      return of.text() + ".bagOfWords()";
    }
  }

  /**
   * How often the list has each id, as a fraction of its length, times how rare the id is among the
   * analysed lists; an id of -1 is left out, and counts for the length.
   */
  record TfIdf(Expr.OfIds of, Smoothing smoothing) implements FixedVector {
    public TfIdf {
      requireNarrow(of, of.size());
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int width() {
      return of.size();
    }

    /** How rare an id is, of n lists of which d have it. */
    public enum Smoothing {
      /** {@code ln((n + 1) / (d + 1)) + 1}, as if one more list had every id. */
      SMOOTH,
      /** {@code ln(n / d) + 1}; 0 where no analysed list has the id. */
      NONE
    }

    @Override
    public String text() {
      return of.text() + (smoothing == Smoothing.SMOOTH ? ".tfIdf()" : ".tfIdfUnsmoothed()");
    }
  }

  /** The first {@code width} numbers of a list, and {@code value} behind a shorter one. */
  record PaddedNumbers(Expr.OfNumbers of, int width, float value) implements FixedVector {
    public PaddedNumbers {
      requireNarrow(of, Positive.of("length to pad to", width));
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.padTo(%d, %s)".formatted(of.text(), width, value);
    }
  }

  /**
   * The vector that a table has of a text, or the mean of those that it has of tokens; zeros where
   * it has none.
   *
   * @param of text or tokens
   */
  record Embedding(Expr of, EmbeddingTable table) implements FixedVector {
    public Embedding {
      if (!(of instanceof Expr.OfText || of instanceof Expr.OfTokens)) {
        throw new IllegalArgumentException(
            "Invalid operand of embed: %s (must be text or tokens)".formatted(of.text()));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int width() {
      return table.width();
    }

    @Override
    public String text() {
      return "%s.embed(%s)".formatted(of.text(), table);
    }
  }

  /** 1 at the id, 0 elsewhere; 0 everywhere for an id of -1. */
  record OneHot(Expr.OfCategory of) implements FixedVector {
    public OneHot {
      requireNarrow(of, of.size());
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int width() {
      return of.size();
    }

    @Override
    public String text() {
      return of.text() + ".oneHot()";
    }
  }

  /** Numbers side by side; missing where any of them is. */
  record Packed(List<Expr.OfNumber> of) implements FixedVector {
    public Packed {
      of = List.copyOf(of);
      if (of.isEmpty() || of.size() > MAX_WIDTH) {
        throw new IllegalArgumentException(
            "Invalid numbers of a vector: %d (must be 1 to %d)".formatted(of.size(), MAX_WIDTH));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.copyOf(of);
    }

    @Override
    public int width() {
      return of.size();
    }

    @Override
    public String text() {
      return of.stream().map(Expr::text).collect(Collectors.joining(", ", "vector(", ")"));
    }
  }

  /**
   * The projection of a vector onto the directions in which the analysed vectors vary most, the
   * first of them first.
   *
   * @param components how many directions there are
   */
  record Pca(Expr.OfVector of, int components) implements FixedVector {
    /** The widest vector that is analysed. */
    public static final int MAX_WIDTH = 256;

    public Pca {
      if (of.width() > MAX_WIDTH) {
        throw new IllegalArgumentException(
            "Invalid width of a vector to find components of: %d of %s (must be at most %d)"
                .formatted(of.width(), of.text(), MAX_WIDTH));
      }
      if (components < 1 || components > of.width()) {
        throw new IllegalArgumentException(
            "Invalid number of components of %s: %d (must be 1 to %d, its width)"
                .formatted(of.text(), components, of.width()));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int width() {
      return components;
    }

    @Override
    public String text() {
      return "%s.pca(%d)".formatted(of.text(), components);
    }
  }

  private static void requireNarrow(Expr of, int width) {
    if (width > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "Invalid width of a vector of %s: %d (must be at most %d)"
              .formatted(of.text(), width, MAX_WIDTH));
    }
  }
}
