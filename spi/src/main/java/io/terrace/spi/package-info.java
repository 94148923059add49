/** The contract between the engine and its tiers: chunk keys, chunks, pages, tiers. JDK only. */
@NullMarked
package io.terrace.spi;

import org.jspecify.annotations.NullMarked;
