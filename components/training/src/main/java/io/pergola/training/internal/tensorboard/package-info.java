/** Event files of TensorBoard: TFRecord files of {@code tensorflow.Event}. */
@NullMarked
package io.pergola.training.internal.tensorboard;

import org.jspecify.annotations.NullMarked;
