/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/** Adds up what the plugin's flight recorder events say of prompts. */
final class Plans implements AutoCloseable {
  private static final String EVENT = "io.terrace.Plan";

  private final RecordingStream stream = new RecordingStream();
  private long prompts;
  private long reusing;
  private long tokens;
  private long fromMemory;
  private long fromTiers;
  private long fromOthers;
  private long lateLoads;
  private double longestWaitMillis;

  private Plans() {
    stream.enable(EVENT);
    stream.onEvent(EVENT, this::add);
  }

  static Plans record() {
    Plans plans = new Plans();
    plans.stream.startAsync();
    return plans;
  }

  private synchronized void add(RecordedEvent event) {
    long memory = event.getInt("fromMemory");
    long tiers = event.getInt("fromTiers");
    long others = event.getInt("fromOthers");
    prompts++;
    reusing += memory + tiers + others > 0 ? 1 : 0;
    tokens += event.getInt("promptTokens");
    fromMemory += memory;
    fromTiers += tiers;
    fromOthers += others;
    lateLoads += event.getInt("lateLoads");
    longestWaitMillis = Math.max(longestWaitMillis, event.getDuration("waited").toNanos() / 1e6);
  }

  /** What was added up so far. */
  synchronized SoakHits hits() {
    return new SoakHits(
        prompts, reusing, tokens, fromMemory, fromTiers, fromOthers, lateLoads, longestWaitMillis);
  }

  /** Waits for the last events, then ends. */
  @Override
  public void close() {
    stream.stop();
    stream.close();
  }
}
