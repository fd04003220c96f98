/** How fast ExampleGens read. */
@NullMarked
package io.pergola.benchmarks.formats;

import org.jspecify.annotations.NullMarked;
