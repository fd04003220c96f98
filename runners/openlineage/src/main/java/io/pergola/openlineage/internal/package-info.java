/** How events are made and sent; not for use by others. */
@NullMarked
package io.pergola.openlineage.internal;

import org.jspecify.annotations.NullMarked;
