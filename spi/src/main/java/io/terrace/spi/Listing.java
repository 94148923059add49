/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of what a tier holds.
 *
 * @param chunks in any order
 * @param next to be given to {@link ChunkLister#list} for the next part; null if this is the last
 */
public record Listing(List<StoredChunk> chunks, @Nullable String next) {
  public Listing {
    chunks = List.copyOf(chunks);
  }
}
