/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import org.jspecify.annotations.Nullable;

/** The role of a tier that tells what it holds. */
public interface ChunkLister {
  /**
   * Lists chunks, some at a time. A chunk that is there from the first call to the last is listed
   * once; one that comes or goes meanwhile may be listed or not.
   *
   * @param after where the last part ended, {@link Listing#next()}; null for the beginning
   * @param limit chunks at most, at least 1
   * @throws TierException if the tier cannot be listed
   */
  Listing list(@Nullable String after, int limit, Deadline deadline) throws TierException;
}
