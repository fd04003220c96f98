package io.pergola.feature;

import java.util.List;

/** Lists of ids. {@code docs/reference/feature-plans.md} defines each. */
public sealed interface IdList extends Expr.OfIds {

  /**
   * Ids by frequency, as {@link Expr.Vocabulary} gives them: every token of every analysed example
   * counts.
   */
  record Vocabulary(Expr.OfTokens of, int topK, int oovBuckets, long minFrequency)
      implements IdList {
    public Vocabulary {
      VocabularySize.require(topK, oovBuckets, minFrequency);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return topK + oovBuckets;
    }

    @Override
    public String text() {
      return "%s.vocabulary(%d, %d, %d)".formatted(of.text(), topK, oovBuckets, minFrequency);
    }
  }

  /** As {@link RankedVocabulary}; what ranks a token is what its example has. */
  record Ranked(Expr.OfTokens of, int topK, int oovBuckets, Ranking ranking) implements IdList {
    public Ranked {
      VocabularySize.require(topK, oovBuckets, 1);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public List<Expr> fittedWith() {
      return List.of(ranking.by());
    }

    @Override
    public int size() {
      return topK + oovBuckets;
    }

    @Override
    public String text() {
      return "%s.vocabulary(%d, %d, %s)".formatted(of.text(), topK, oovBuckets, ranking.text());
    }
  }

  /** FarmHash Fingerprint64 of each text, unsigned, modulo {@code buckets}. */
  record Hash(Expr.OfTokens of, int buckets) implements IdList {
    public Hash {
      Positive.of("number of hash buckets", buckets);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return buckets;
    }

    @Override
    public String text() {
      return "%s.hash(%d)".formatted(of.text(), buckets);
    }
  }

  /** The numbers themselves as ids; each must be a whole number in 0..size-1. */
  record Identity(Expr.OfNumbers of, int size) implements IdList {
    public Identity {
      Positive.of("identity size", size);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.identity(%d)".formatted(of.text(), size);
    }
  }

  /** Each distinct id once, where it first stands. */
  record Distinct(Expr.OfIds of) implements IdList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return of.size();
    }

    @Override
    public String text() {
      return of.text() + ".distinct()";
    }
  }

  /** The first {@code count}; all where there are fewer. */
  record First(Expr.OfIds of, int count) implements IdList {
    public First {
      Positive.of("number of first ids", count);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return of.size();
    }

    @Override
    public String text() {
      return "%s.first(%d)".formatted(of.text(), count);
    }
  }
}
