/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.KvTier;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An open tier of the stack.
 *
 * @param name how configuration, log and figures call it
 * @param coding how its chunks are stored; null where it keeps pages
 * @param timeout how long a request waits for one read of the tier, at least a millisecond
 * @param admission which chunks it is given
 */
public record StackTier(
    String name, KvTier tier, @Nullable ChunkCoding coding, Duration timeout, Admission admission) {

  /** A tier that keeps pages. */
  public static StackTier ofPages(String name, KvTier tier) {
    return new StackTier(name, tier, null, Duration.ofSeconds(1), Admission.ALL);
  }
}
