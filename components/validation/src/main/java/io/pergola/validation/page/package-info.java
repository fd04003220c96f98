/** Pages for browsers, made from statistics: files that load nothing else. */
@NullMarked
package io.pergola.validation.page;

import org.jspecify.annotations.NullMarked;
