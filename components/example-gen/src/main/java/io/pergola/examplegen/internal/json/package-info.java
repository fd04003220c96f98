/** Reads files of one JSON object a line as examples. */
@NullMarked
package io.pergola.examplegen.internal.json;

import org.jspecify.annotations.NullMarked;
