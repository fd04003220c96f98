/** How far sketches are off, beside what they promise. */
@NullMarked
package io.pergola.benchmarks.sketches;

import org.jspecify.annotations.NullMarked;
