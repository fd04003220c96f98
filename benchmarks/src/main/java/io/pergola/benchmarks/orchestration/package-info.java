/** What it costs to drive a run, apart from what its nodes do. */
@NullMarked
package io.pergola.benchmarks.orchestration;

import org.jspecify.annotations.NullMarked;
