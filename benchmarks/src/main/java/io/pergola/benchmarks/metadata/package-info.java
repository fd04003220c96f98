/** How the metadata store behaves when there is much in it. */
@NullMarked
package io.pergola.benchmarks.metadata;

import org.jspecify.annotations.NullMarked;
