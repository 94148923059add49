/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

/** What the tier counts of itself, with the name that metrics show. */
enum Count {
  READ_CHUNKS("read.chunks"),
  MISS_ABSENT("miss.absent"),
  MISS_STALE("miss.stale"),
  MISS_IO("miss.io"),
  MISS_LATE("miss.late"),
  PRESENCE_REMEMBERED("presence.remembered"),
  WRITE_CHUNKS("write.chunks"),
  WRITE_BYTES("write.bytes"),
  WRITE_PRESENT("write.present"),
  WRITE_FAILED("write.failed"),
  WRITE_DISK_FULL("write.disk.full"),
  WRITE_READ_ONLY("write.readonly"),
  WRITE_PAUSED("write.paused"),
  WRITE_NO_ROOM("write.noroom"),
  REMOVED_CHUNKS("remove.chunks"),
  ASIDE_CHUNKS("aside.chunks"),
  LEASE_MAPPED("lease.mapped"),
  LEASE_COPIED("lease.copied"),
  USE_TOUCHED("use.touched"),
  COLLECT_RUNS("collect.runs"),
  COLLECT_BUSY("collect.busy"),
  COLLECT_CHUNKS("collect.chunks"),
  COLLECT_BYTES("collect.bytes"),
  COLLECT_PARTS("collect.parts"),
  VOLUME_GONE("volume.gone");

  private final String text;

  Count(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
