/** Reads the rows of queries as examples. */
@NullMarked
package io.pergola.examplegen.internal.jdbc;

import org.jspecify.annotations.NullMarked;
