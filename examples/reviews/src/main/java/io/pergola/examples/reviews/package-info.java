/** Whether a film review is a good one: text, a vocabulary and embeddings. */
@NullMarked
package io.pergola.examples.reviews;

import org.jspecify.annotations.NullMarked;
