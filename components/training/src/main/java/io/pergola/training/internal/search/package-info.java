/** How the hyperparameters of trials are chosen. */
@NullMarked
package io.pergola.training.internal.search;

import org.jspecify.annotations.NullMarked;
