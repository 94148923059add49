/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.spi.KvTierProvider;
import org.jspecify.annotations.Nullable;

/**
 * A tier that is installed.
 *
 * @param type its name
 * @param where it was found, for messages
 * @param loader what its calls get for a context class loader; null for the thread's own
 */
record FoundTier(
    String type, KvTierProvider provider, String where, @Nullable ClassLoader loader) {}
