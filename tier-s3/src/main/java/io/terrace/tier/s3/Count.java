/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** What the tier counts of itself, with the name that metrics show. */
enum Count {
  READ_CHUNKS("read.chunks"),
  READ_BYTES("read.bytes"),
  READ_REFUSED("read.refused"),
  MISS_ABSENT("miss.absent"),
  WRITE_CHUNKS("write.chunks"),
  WRITE_BYTES("write.bytes"),
  WRITE_PRESENT("write.present"),
  WRITE_NO_ROOM("write.noroom"),
  REMOVED_CHUNKS("remove.chunks"),
  ASIDE_CHUNKS("aside.chunks"),
  USES_WRITTEN("uses.written"),
  USES_DAMAGED("uses.damaged"),
  COLLECT_RUNS("collect.runs"),
  COLLECT_BUSY("collect.busy"),
  COLLECT_FAILED("collect.failed"),
  COLLECT_CHUNKS("collect.chunks"),
  COLLECT_BYTES("collect.bytes"),
  COLLECT_PARTS("collect.parts"),
  CLOCK_SKEWED("clock.skewed"),
  BREAKER_OPENED("breaker.opened"),
  BREAKER_REFUSED("breaker.refused");

  private final String text;

  Count(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
