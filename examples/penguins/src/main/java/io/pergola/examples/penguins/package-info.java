/** Which species a penguin is: several classes, little data. */
@NullMarked
package io.pergola.examples.penguins;

import org.jspecify.annotations.NullMarked;
