/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import java.util.Locale;

/** What a {@link FaultyTier} does to its callers, each now and then. */
enum Fault {
  /** A look-up fails. */
  LOOK_FAILS(12),
  /** A look-up throws what no tier may throw. */
  LOOK_BREAKS(12),
  /** A look-up comes back long after its deadline, whatever interrupts it. */
  LOOK_HANGS(12),
  /** A read fails. */
  READ_FAILS(12),
  /** A read takes memory and throws what no tier may throw. */
  READ_BREAKS(12),
  /** A read takes memory, and writes into it long after its deadline, whatever interrupts it. */
  READ_HANGS(12),
  /** A write fails. */
  WRITE_FAILS(12),
  /** A write throws what no tier may throw. */
  WRITE_BREAKS(12),
  /** A write reads its chunk long after its deadline, whatever interrupts it. */
  WRITE_HANGS(12),
  /** A call says that the store cannot be reached. */
  UNAVAILABLE(12),
  /** One bit of a header is another one. */
  HEADER_DAMAGED(1),
  /** One bit of a payload is another one. */
  PAYLOAD_DAMAGED(1),
  /** The chunk ends within its header. */
  HEADER_CUT(1),
  /** The chunk ends within its payload. */
  PAYLOAD_CUT(1),
  /** The payload is another chunk's. */
  OTHER_PAYLOAD(1),
  /** Header and payload are another chunk's. */
  OTHER_CHUNK(1),
  /**
   * Another chunk under this one's key and parent, with every checksum right: only a comparison of
   * the token ids can tell.
   */
  OTHER_TOKENS(1),
  /** For a while there is no room for any chunk. */
  NO_ROOM(12),
  /** For a while writes fail for want of room on the disk. */
  DISK_FULL(12),
  /** A chunk that was there is gone for good. */
  CHUNK_GONE(1),
  /** For a while the store is empty; then it is back with all that it had. */
  EMPTY(12);

  private final int rarity; // failing calls make the engine leave a tier alone for a while

  Fault(int rarity) {
    this.rarity = rarity;
  }

  /** How many times rarer than the commonest ones. */
  int rarity() {
    return rarity;
  }

  /** Its name among the counters of a tier. */
  String counter() {
    return "fault." + name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
