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
  REMOVED_CHUNKS("remove.chunks"),
  ASIDE_CHUNKS("aside.chunks"),
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
