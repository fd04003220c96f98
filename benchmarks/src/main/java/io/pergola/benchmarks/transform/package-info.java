/** What features cost. */
@NullMarked
package io.pergola.benchmarks.transform;

import org.jspecify.annotations.NullMarked;
