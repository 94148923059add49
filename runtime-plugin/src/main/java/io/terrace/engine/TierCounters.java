/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.format.ChunkFault;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the calls to one tier. Safe for use by several threads. */
public final class TierCounters {
  /** Chunks asked for. */
  public final LongAdder wanted = new LongAdder();

  /** Chunks found, read, checked and used. */
  public final LongAdder loaded = new LongAdder();

  /** Bytes of their headers and payloads as stored, without those that were borrowed. */
  public final LongAdder loadedBytes = new LongAdder();

  /** Of the chunks loaded, those that are used where the tier has them, without a copy. */
  public final LongAdder borrowed = new LongAdder();

  /** Of the chunks loaded, those whose payloads went past the memory of the host to a device. */
  public final LongAdder direct = new LongAdder();

  /** Of the chunks stored, those whose payloads came from a device past the memory of the host. */
  public final LongAdder storedDirect = new LongAdder();

  /** Transfers between the tier and a device that failed: the memory of the host served instead. */
  public final LongAdder directFailures = new LongAdder();

  /** Tokens that prompts took over from chunks which came from it, while they were computed. */
  public final LongAdder reusedTokens = new LongAdder();

  /** Chunks stored. */
  public final LongAdder stored = new LongAdder();

  /** Bytes of their headers and payloads as stored. */
  public final LongAdder storedBytes = new LongAdder();

  /** Chunks that were there when they were to be stored. */
  public final LongAdder storedBefore = new LongAdder();

  /** Chunks that the tier had no room for, or no parent. */
  public final LongAdder refused = new LongAdder();

  /** Chunks not stored because too many waited, or memory was short. */
  public final LongAdder dropped = new LongAdder();

  /** Chunks not stored because one before them was not: nobody would look for them. */
  public final LongAdder droppedBehind = new LongAdder();

  /** Chunks not stored yet, since the tier takes none that is seen for the first time. */
  public final LongAdder notAdmitted = new LongAdder();

  /** Chunks that wait to be stored now, or are being stored. */
  public final LongAdder waiting = new LongAdder();

  /** Bytes of their pages. */
  public final LongAdder waitingBytes = new LongAdder();

  /** Chunks that the tier gave up by itself, for want of room or of age. */
  public final LongAdder evicted = new LongAdder();

  /** Calls that failed. */
  public final LongAdder failures = new LongAdder();

  /** Calls that were not over by their deadline. */
  public final LongAdder timeouts = new LongAdder();

  /** Calls not made, because the tier is out of order for now. */
  public final LongAdder skipped = new LongAdder();

  /** How often the tier was found sick, and left alone for a while. */
  public final LongAdder rests = new LongAdder();

  /** 1 from when it was found sick until it is found well, else 0. */
  public final LongAdder resting = new LongAdder();

  /** Chunks taken out of service. */
  public final LongAdder setAside = new LongAdder();

  /** Chunks left where they are that should have been taken out: too many waited. */
  public final LongAdder setAsideDropped = new LongAdder();

  private final Map<ChunkFault.Kind, LongAdder> faults = new EnumMap<>(ChunkFault.Kind.class);

  TierCounters() {
    for (ChunkFault.Kind kind : ChunkFault.Kind.values()) {
      faults.put(kind, new LongAdder());
    }
  }

  /** Chunks that were there and could not be used, for one reason. */
  public LongAdder faults(ChunkFault.Kind kind) {
    LongAdder counter = faults.get(kind);
    if (counter == null) {
      throw new IllegalArgumentException("no counter for " + kind);
    }
    return counter;
  }

  /** All figures by name, in a fixed order; the faults by the name of their kind. */
  public Map<String, Long> figures() {
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("wanted", wanted.sum());
    figures.put("loaded", loaded.sum());
    figures.put("loadedBytes", loadedBytes.sum());
    figures.put("borrowed", borrowed.sum());
    figures.put("direct", direct.sum());
    figures.put("storedDirect", storedDirect.sum());
    figures.put("directFailures", directFailures.sum());
    figures.put("reusedTokens", reusedTokens.sum());
    figures.put("stored", stored.sum());
    figures.put("storedBytes", storedBytes.sum());
    figures.put("storedBefore", storedBefore.sum());
    figures.put("refused", refused.sum());
    figures.put("dropped", dropped.sum());
    figures.put("droppedBehind", droppedBehind.sum());
    figures.put("notAdmitted", notAdmitted.sum());
    figures.put("waiting", waiting.sum());
    figures.put("waitingBytes", waitingBytes.sum());
    figures.put("evicted", evicted.sum());
    figures.put("failures", failures.sum());
    figures.put("timeouts", timeouts.sum());
    figures.put("skipped", skipped.sum());
    figures.put("rests", rests.sum());
    figures.put("resting", resting.sum());
    figures.put("setAside", setAside.sum());
    figures.put("setAsideDropped", setAsideDropped.sum());
    faults.forEach(
        (kind, count) -> figures.put("fault." + kind.name().toLowerCase(Locale.ROOT), count.sum()));
    return Collections.unmodifiableMap(figures);
  }
}
