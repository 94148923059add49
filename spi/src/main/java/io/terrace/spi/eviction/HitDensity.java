/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.eviction;

import io.terrace.spi.CachedChunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A chunk is worth the hits that it may be expected to have for the time that it takes room, times
 * its tokens and by its bytes: the idea of LHD (Beckmann, Chen and Cidon, "LHD: Improving Cache Hit
 * Rate by Maximizing Hit Density", NSDI 2018), ranked as Gittins' index does. How likely a chunk is
 * wanted again is learnt as it runs, from how often it was wanted so far and for how long it was
 * not: see {@link ReuseTimes}. What is gone is remembered for a while, to learn whether it is
 * wanted.
 *
 * <p>Until something is known, and where it says nothing, it is LRU. Takes about 100 bytes for each
 * chunk that it knows: those that are there and four times as many that are gone, at least 65,536.
 */
public final class HitDensity implements EvictionPolicy {
  /** What configuration calls it. */
  public static final String NAME = "hit-density";

  private static final int LEAST_GONE = 1 << 16;
  private static final int GONE_FOR_EACH = 4;
  private static final int LEAST_NEWS = 1000;
  private static final int NEWS_SHARE = 16; // to learn costs a look at all that is known

  private final Map<ChunkKey, Known> there = new HashMap<>();
  private final Map<ChunkKey, Known> gone = new LinkedHashMap<>(); // longest ago first
  private final ReuseTimes times = new ReuseTimes();
  private long lastMillis; // of any use
  private int news;

  private static final class Known {
    private int uses;
    private long usedAtMillis;
  }

  @Override
  public void used(CachedChunk chunk, long nowMillis) {
    lastMillis = nowMillis;
    Known known = there.get(chunk.key());
    if (known == null) {
      known = gone.remove(chunk.key());
      known = known == null ? new Known() : known;
      there.put(chunk.key(), known);
    }
    if (known.uses > 0) {
      times.wanted(known.uses, nowMillis - known.usedAtMillis);
    }
    known.uses++;
    known.usedAtMillis = nowMillis;
    if (++news >= Math.max(LEAST_NEWS, (there.size() + gone.size()) / NEWS_SHARE)) {
      learn(nowMillis);
      news = 0;
    }
  }

  private void learn(long nowMillis) {
    times.beginWaiting();
    there.values().forEach(known -> waits(known, nowMillis));
    gone.values().forEach(known -> waits(known, nowMillis));
    times.rank();
  }

  private void waits(Known known, long nowMillis) {
    times.waiting(known.uses, nowMillis - known.usedAtMillis);
  }

  @Override
  public void gone(CachedChunk chunk) {
    Known known = there.remove(chunk.key());
    if (known == null) {
      return;
    }
    gone.put(chunk.key(), known);
    if (gone.size() > Math.max(LEAST_GONE, GONE_FOR_EACH * there.size())) {
      Iterator<Known> oldest = gone.values().iterator();
      Known forgotten = oldest.next();
      oldest.remove();
      times.unwanted(forgotten.uses, lastMillis - forgotten.usedAtMillis);
    }
  }

  @Override
  public double worth(CachedChunk chunk, long nowMillis) {
    Known known = there.get(chunk.key());
    int uses = known == null ? 1 : known.uses;
    double hits = times.hitsASecond(uses, nowMillis - chunk.usedAtMillis());
    return hits * chunk.positions() / chunk.bytes();
  }
}
