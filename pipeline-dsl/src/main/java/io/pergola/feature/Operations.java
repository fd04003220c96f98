package io.pergola.feature;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name of each expression in JSON: a contract, which only grows. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@JacksonAnnotationsInside
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Expr.NumberColumn.class, name = "number"),
  @JsonSubTypes.Type(value = Expr.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = Expr.FillNumber.class, name = "fill_number"),
  @JsonSubTypes.Type(value = Expr.ZScore.class, name = "z_score"),
  @JsonSubTypes.Type(value = Expr.MinMax.class, name = "min_max"),
  @JsonSubTypes.Type(value = Scaling.Robust.class, name = "robust_scale"),
  @JsonSubTypes.Type(value = Scaling.Gaussian.class, name = "gaussian_scale"),
  @JsonSubTypes.Type(value = Scaling.Quantile.class, name = "quantile_scale"),
  @JsonSubTypes.Type(value = Keyed.Scale.class, name = "scale_per_key"),
  @JsonSubTypes.Type(value = Keyed.Buckets.class, name = "bucketize_per_key"),
  @JsonSubTypes.Type(value = Scaling.Interpolated.class, name = "interpolate"),
  @JsonSubTypes.Type(value = Expr.Arithmetic.class, name = "arithmetic"),
  @JsonSubTypes.Type(value = Expr.Function.class, name = "function"),
  @JsonSubTypes.Type(value = Expr.Clip.class, name = "clip"),
  @JsonSubTypes.Type(value = Expr.Sum.class, name = "sum"),
  @JsonSubTypes.Type(value = Expr.Conditional.class, name = "conditional"),
  @JsonSubTypes.Type(value = Expr.TruthNumber.class, name = "truth_number"),
  @JsonSubTypes.Type(value = Expr.TextColumn.class, name = "text"),
  @JsonSubTypes.Type(value = Expr.FillText.class, name = "fill_text"),
  @JsonSubTypes.Type(value = TextFunction.class, name = "text_function"),
  @JsonSubTypes.Type(value = TextMeasure.class, name = "text_measure"),
  @JsonSubTypes.Type(value = Expr.Bucketize.class, name = "bucketize"),
  @JsonSubTypes.Type(value = Expr.Buckets.class, name = "buckets"),
  @JsonSubTypes.Type(value = Expr.Vocabulary.class, name = "vocabulary"),
  @JsonSubTypes.Type(value = RankedVocabulary.class, name = "ranked_vocabulary"),
  @JsonSubTypes.Type(value = IdList.Ranked.class, name = "ranked_token_vocabulary"),
  @JsonSubTypes.Type(value = Expr.Hash.class, name = "hash"),
  @JsonSubTypes.Type(value = Expr.Identity.class, name = "identity"),
  @JsonSubTypes.Type(value = Expr.Cross.class, name = "cross"),
  @JsonSubTypes.Type(value = Truth.Compare.class, name = "compare"),
  @JsonSubTypes.Type(value = Truth.IsMissing.class, name = "is_missing"),
  @JsonSubTypes.Type(value = Truth.Logic.class, name = "logic"),
  @JsonSubTypes.Type(value = Truth.Not.class, name = "not"),
  @JsonSubTypes.Type(value = TokenList.Column.class, name = "texts"),
  @JsonSubTypes.Type(value = TokenList.Tokenize.class, name = "tokenize"),
  @JsonSubTypes.Type(value = TokenList.Find.class, name = "find_tokens"),
  @JsonSubTypes.Type(value = TokenList.Split.class, name = "split_tokens"),
  @JsonSubTypes.Type(value = TokenList.Each.class, name = "token_function"),
  @JsonSubTypes.Type(value = TokenList.NGrams.class, name = "ngrams"),
  @JsonSubTypes.Type(value = TokenList.Distinct.class, name = "distinct_tokens"),
  @JsonSubTypes.Type(value = TokenList.First.class, name = "first_tokens"),
  @JsonSubTypes.Type(value = IdList.Vocabulary.class, name = "token_vocabulary"),
  @JsonSubTypes.Type(value = IdList.Hash.class, name = "token_hash"),
  @JsonSubTypes.Type(value = IdList.Identity.class, name = "identity_ids"),
  @JsonSubTypes.Type(value = IdList.Distinct.class, name = "distinct_ids"),
  @JsonSubTypes.Type(value = IdList.First.class, name = "first_ids"),
  @JsonSubTypes.Type(value = NumberList.Column.class, name = "numbers"),
  @JsonSubTypes.Type(value = NumberList.Arithmetic.class, name = "arithmetic_of_each"),
  @JsonSubTypes.Type(value = NumberList.Function.class, name = "function_of_each"),
  @JsonSubTypes.Type(value = NumberList.First.class, name = "first_numbers"),
  @JsonSubTypes.Type(value = ListMeasure.class, name = "list_measure"),
  @JsonSubTypes.Type(value = FixedVector.MultiHot.class, name = "multi_hot"),
  @JsonSubTypes.Type(value = FixedVector.BagOfWords.class, name = "bag_of_words"),
  @JsonSubTypes.Type(value = FixedVector.TfIdf.class, name = "tf_idf"),
  @JsonSubTypes.Type(value = FixedVector.PaddedNumbers.class, name = "pad_numbers"),
  @JsonSubTypes.Type(value = FixedVector.Embedding.class, name = "embedding"),
  @JsonSubTypes.Type(value = FixedVector.OneHot.class, name = "one_hot"),
  @JsonSubTypes.Type(value = FixedVector.Packed.class, name = "pack"),
  @JsonSubTypes.Type(value = PaddedIds.class, name = "pad_ids"),
  @JsonSubTypes.Type(value = TimeValue.Column.class, name = "time"),
  @JsonSubTypes.Type(value = TimeValue.Parsed.class, name = "parse_time"),
  @JsonSubTypes.Type(value = TimePart.class, name = "time_part"),
  @JsonSubTypes.Type(value = TimeSpan.class, name = "time_span"),
  @JsonSubTypes.Type(value = TextReplace.class, name = "replace"),
  @JsonSubTypes.Type(value = Mapped.Numbers.class, name = "map_numbers"),
  @JsonSubTypes.Type(value = Mapped.NumberOfList.class, name = "map_list"),
  @JsonSubTypes.Type(value = Mapped.NumberOfText.class, name = "map_text_to_number"),
  @JsonSubTypes.Type(value = Mapped.TextOfText.class, name = "map_text"),
  @JsonSubTypes.Type(value = Truth.TextIs.class, name = "text_is"),
  @JsonSubTypes.Type(value = NumberList.Distinct.class, name = "distinct_numbers"),
  @JsonSubTypes.Type(value = FixedVector.Pca.class, name = "pca"),
  @JsonSubTypes.Type(value = EqualWidth.class, name = "bucketize_equal_width"),
  @JsonSubTypes.Type(value = Aggregate.class, name = "aggregate"),
  @JsonSubTypes.Type(value = Keyed.OfAggregate.class, name = "aggregate_per_key")
})
@interface Operations {}
