/** Tells people what happened to their runs: webhooks and mail, from a configuration file. */
@NullMarked
package io.pergola.schedule.notification;

import org.jspecify.annotations.NullMarked;
