/** Statistics, schemas and anomalies to and from the messages of {@code tensorflow.metadata.v0}. */
@NullMarked
package io.pergola.validation.tensorflow;

import org.jspecify.annotations.NullMarked;
