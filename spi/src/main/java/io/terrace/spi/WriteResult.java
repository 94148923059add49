/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/** What became of a chunk that was handed to a tier. */
public enum WriteResult {
  /** It is here now. */
  STORED,
  /** It was here before; nothing was written. */
  PRESENT,
  /** There is no room, and nothing that may be evicted for it; or the tier is closed. */
  NO_ROOM,
  /** Its parent is not here, and the tier keeps no chunk that nobody could reach. */
  ORPHAN
}
