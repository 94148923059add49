/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.ChunkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When chunks were used, by the logs of all instances. A use of a chunk is one of the chunks before
 * it, since it is of no use without them: a chunk is a little younger than the youngest that
 * follows it, so that of a prompt the end goes first. Not safe for use by several threads.
 */
final class UseTimes {
  /** What is told of so many chunks is kept; of others the time of writing counts. */
  private static final int MOST_CHUNKS = 1 << 18;

  private static final int MOST_CHAIN = 4096;

  /** What was stored so much later than it was used was stored anew, by one without a log yet. */
  private static final Duration ANEW = Duration.ofMinutes(10);

  private final Map<ChunkKey, Long> millis = new HashMap<>();
  private final Map<ChunkKey, ChunkKey> parents = new HashMap<>();

  /**
   * Adds what a log says. Of all logs the youngest first, since not all may have room.
   *
   * @param written when the log was, by the server's clock
   */
  void add(List<UseLog.Entry> log, Instant written) {
    for (UseLog.Entry entry : log) {
      if (millis.size() < MOST_CHUNKS || millis.containsKey(entry.key())) {
        long use = written.minusSeconds(entry.ageSeconds()).toEpochMilli();
        millis.merge(entry.key(), use, Math::max);
        parents.put(entry.key(), entry.parent());
      }
    }
  }

  /** Makes the chunks before each one younger than it; to be called once, after the last log. */
  void settle() {
    List<Map.Entry<ChunkKey, Long>> youngestFirst = new ArrayList<>();
    millis.forEach((key, use) -> youngestFirst.add(Map.entry(key, use)));
    youngestFirst.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    for (Map.Entry<ChunkKey, Long> each : youngestFirst) {
      settle(each.getKey());
    }
  }

  private void settle(ChunkKey last) {
    ChunkKey key = last;
    for (int i = 0; i < MOST_CHAIN; i++) {
      ChunkKey parent = parents.get(key);
      Long use = millis.get(key);
      if (parent == null || use == null || millis.getOrDefault(parent, Long.MIN_VALUE) > use) {
        return;
      }
      millis.put(parent, use + 1);
      key = parent;
    }
  }

  /**
   * When a chunk was used last.
   *
   * @param stored when it was stored, by the server's clock
   */
  Instant of(ChunkKey key, Instant stored) {
    Long use = millis.get(key);
    return use == null || stored.toEpochMilli() > use + ANEW.toMillis()
        ? stored
        : Instant.ofEpochMilli(use);
  }
}
