/** Reads Avro object container files as examples. */
@NullMarked
package io.pergola.examplegen.internal.avro;

import org.jspecify.annotations.NullMarked;
