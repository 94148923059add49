/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Configuration for the engine and for tiers: one {@link io.terrace.spi.config.Option} per key.
 *
 * <p>A tier declares its options relative to its own prefix, reads the values that the engine hands
 * it, and never looks at a file, a property or an environment variable itself:
 *
 * <pre>{@code
 * static final Option<Long> CAPACITY =
 *     Option.bytes("capacity", "Memory that the tier may hold.").min(1L << 20).defaultsTo(2L << 30);
 * static final Option<Path> ROOT = Option.path("root", "Folder of the chunks."); // must be set
 * static final ConfigSpec SPEC = ConfigSpec.of(CAPACITY, ROOT);
 *
 * long capacityBytes = settings.get(CAPACITY);
 * }</pre>
 */
@NullMarked
package io.terrace.spi.config;

import org.jspecify.annotations.NullMarked;
