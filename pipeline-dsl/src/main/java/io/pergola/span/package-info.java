/** Data that comes in spans, such as a folder a day: which of them a run reads. */
@NullMarked
package io.pergola.span;

import org.jspecify.annotations.NullMarked;
