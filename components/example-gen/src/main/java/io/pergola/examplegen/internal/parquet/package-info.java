/** Reads Parquet files as examples, column by column. */
@NullMarked
package io.pergola.examplegen.internal.parquet;

import org.jspecify.annotations.NullMarked;
