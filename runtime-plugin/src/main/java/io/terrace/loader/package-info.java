/** Puts the plugin together: configuration, tiers, engine, log and metrics. */
@NullMarked
package io.terrace.loader;

import org.jspecify.annotations.NullMarked;
