/** How filters are read from text. */
@NullMarked
package io.pergola.feature.internal;

import org.jspecify.annotations.NullMarked;
