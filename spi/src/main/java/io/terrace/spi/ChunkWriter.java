/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** The role of a tier that stores chunks. */
public interface ChunkWriter {
  /**
   * Stores a chunk. Readers see all of it or none. If another chunk is stored under the key
   * already, one that {@linkplain ChunkDescriptor#replaces replaces} takes its place, and any other
   * changes nothing: there equal keys mean equal content.
   *
   * <p>A write that fails leaves nothing behind that a reader could find or, where the tier cannot
   * know how far it came, the whole chunk; never a part of it.
   *
   * @param chunk neither changed nor retained, except for its page by a tier that declares {@link
   *     Capabilities#retainsPages}
   * @throws TierException if the chunk could not be stored by the deadline
   */
  WriteResult write(Chunk chunk, Deadline deadline) throws TierException;
}
