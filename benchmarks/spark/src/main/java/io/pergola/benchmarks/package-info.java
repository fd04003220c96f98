/** A peer of the benchmarks that needs a class path of its own. */
@NullMarked
package io.pergola.benchmarks;

import org.jspecify.annotations.NullMarked;
