package io.pergola.transform;

import io.pergola.feature.Expr;
import io.pergola.feature.IdList;

/**
 * Which terms can be in a vocabulary.
 *
 * @param topK how many, at most
 * @param minFrequency how often each must have been seen
 */
record VocabularyLimits(int topK, long minFrequency) {

  static VocabularyLimits of(Expr analyzer) {
    if (analyzer instanceof Expr.Vocabulary vocabulary) {
      return new VocabularyLimits(vocabulary.topK(), vocabulary.minFrequency());
    }
    IdList.Vocabulary vocabulary = (IdList.Vocabulary) analyzer;
    return new VocabularyLimits(vocabulary.topK(), vocabulary.minFrequency());
  }
}
