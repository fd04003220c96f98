/** Tells OpenLineage consumers of runs, nodes and the data they read and wrote. */
@NullMarked
package io.pergola.openlineage;

import org.jspecify.annotations.NullMarked;
