/** Which digit was written by hand: images and convolutions. */
@NullMarked
package io.pergola.examples.mnist;

import org.jspecify.annotations.NullMarked;
