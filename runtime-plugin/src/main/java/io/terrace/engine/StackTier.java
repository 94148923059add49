/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.KvTier;
import java.time.Duration;

/**
 * An open tier of the stack.
 *
 * @param name how configuration, log and figures call it
 * @param coding how its chunks are stored; not asked where the tier keeps pages
 * @param timeout how long a request waits for one read of the tier, at least a millisecond
 */
public record StackTier(String name, KvTier tier, ChunkCoding coding, Duration timeout) {}
