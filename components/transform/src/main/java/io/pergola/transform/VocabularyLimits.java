package io.pergola.transform;

import io.pergola.feature.Expr;
import io.pergola.feature.IdList;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Ranking;

/**
 * Which terms can be in a vocabulary.
 *
 * @param topK how many, at most
 * @param minFrequency how often each must have been seen
 */
record VocabularyLimits(int topK, long minFrequency) {

  /** How many terms an expression can have. */
  static int topK(Expr analyzer) {
    if (analyzer instanceof RankedVocabulary ranked) {
      return ranked.topK();
    }
    return analyzer instanceof IdList.Ranked ranked ? ranked.topK() : of(analyzer).topK();
  }

  /** What ranks the terms of a vocabulary that is ranked. */
  static Ranking ranking(Expr analyzer) {
    return analyzer instanceof RankedVocabulary ranked
        ? ranked.ranking()
        : ((IdList.Ranked) analyzer).ranking();
  }

  static VocabularyLimits of(Expr analyzer) {
    if (analyzer instanceof Expr.Vocabulary vocabulary) {
      return new VocabularyLimits(vocabulary.topK(), vocabulary.minFrequency());
    }
    IdList.Vocabulary vocabulary = (IdList.Vocabulary) analyzer;
    return new VocabularyLimits(vocabulary.topK(), vocabulary.minFrequency());
  }
}
