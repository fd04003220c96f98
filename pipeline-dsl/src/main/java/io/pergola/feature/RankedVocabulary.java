package io.pergola.feature;

import java.util.List;

/**
 * Ids as {@link Expr.Vocabulary} gives them, of terms that a {@link Ranking} chooses and orders.
 */
public record RankedVocabulary(Expr.OfText of, int topK, int oovBuckets, Ranking ranking)
    implements Expr.OfCategory {
  public RankedVocabulary {
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
