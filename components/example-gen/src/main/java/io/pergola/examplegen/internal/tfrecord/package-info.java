/** Reads TFRecord files of {@code tf.train.Example} and {@code tf.train.SequenceExample}. */
@NullMarked
package io.pergola.examplegen.internal.tfrecord;

import org.jspecify.annotations.NullMarked;
