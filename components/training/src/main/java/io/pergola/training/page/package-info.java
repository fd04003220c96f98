/** The page for browsers that shows how a training went: a file that loads nothing else. */
@NullMarked
package io.pergola.training.page;

import org.jspecify.annotations.NullMarked;
