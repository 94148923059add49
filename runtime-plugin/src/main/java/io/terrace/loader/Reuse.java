/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.api.LastRequest;
import io.terrace.device.DeviceMemory;
import io.terrace.engine.Engine;
import io.terrace.engine.EngineCounters;
import io.terrace.engine.TierCounters;
import io.terrace.spi.Deadline;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** The figures of {@link ReuseMXBean}. */
final class Reuse implements ReuseMXBean {
  private static final String NAME = "io.terrace:type=Reuse";
  private static final ThreadLocal<@Nullable LastRequest> LAST_OF_THREAD = new ThreadLocal<>();

  private final Engine engine;
  private final EngineCounters counters;
  private final Supplier<@Nullable DeviceMemory> device;
  private volatile boolean sharing = true;
  private volatile @Nullable LastRequest last; // one pair, whose parts belong together

  /**
   * @param device what attention is computed on; asked anew each time
   */
  Reuse(Engine engine, Supplier<@Nullable DeviceMemory> device) {
    this.engine = engine;
    this.device = device;
    counters = engine.counters();
  }

  void register() throws JMException {
    ManagementFactory.getPlatformMBeanServer().registerMBean(this, new ObjectName(NAME));
  }

  void prompt(int tokens, int reused) {
    LastRequest request = new LastRequest(tokens, reused);
    last = request;
    LAST_OF_THREAD.set(request);
  }

  @Nullable LastRequest last() {
    return last;
  }

  @Nullable LastRequest lastOfThread() {
    return LAST_OF_THREAD.get();
  }

  @Override
  public boolean isSharing() {
    return sharing;
  }

  @Override
  public void setSharing(boolean sharing) {
    this.sharing = sharing;
  }

  @Override
  public boolean flush(int seconds) {
    return engine.flush(Deadline.after(Duration.ofSeconds(seconds)));
  }

  @Override
  public long getLastPromptTokens() {
    LastRequest request = last;
    return request == null ? 0 : request.promptTokens();
  }

  @Override
  public long getLastReusedTokens() {
    LastRequest request = last;
    return request == null ? 0 : request.reusedTokens();
  }

  @Override
  public long getLookups() {
    return counters.lookups.sum();
  }

  @Override
  public long getPromptTokens() {
    return counters.promptTokens.sum();
  }

  @Override
  public long getReusedTokens() {
    return counters.reusedTokens.sum();
  }

  @Override
  public long getAdoptedPages() {
    return counters.adoptedPages.sum();
  }

  @Override
  public long getCopiedPositions() {
    return counters.copiedPositions.sum();
  }

  @Override
  public long getPublishedChunks() {
    return counters.published.sum();
  }

  @Override
  public long getChunksWithoutRoom() {
    return counters.noRoom.sum();
  }

  @Override
  public long getEvictedChunks() {
    return counters.evicted.sum();
  }

  @Override
  public long getChunks() {
    return engine.chunks();
  }

  @Override
  public long getPagesInUse() {
    return engine.pool().pagesInUse();
  }

  @Override
  public long getMappedBytes() {
    return engine.pool().mappedBytes();
  }

  @Override
  public long getBudgetBytes() {
    return engine.pool().budgetBytes();
  }

  @Override
  public long getPrivatePages() {
    return engine.pool().privatePages();
  }

  @Override
  public long getPrivatePagesEver() {
    return engine.pool().privatePagesEver();
  }

  @Override
  public long getFreeBytes() {
    return engine.memory().freeBytes();
  }

  @Override
  public long getSessionBytes() {
    return engine.memory().sessionBytes();
  }

  @Override
  public long getStagingBytes() {
    return engine.memory().stagingBytes();
  }

  @Override
  public long getMemoryTierBytes() {
    return engine.memory().memoryBytes();
  }

  @Override
  public long getPrivateBytes() {
    return engine.memory().privateBytes();
  }

  @Override
  public long getStagedBytes() {
    return engine.memory().aheadBytes();
  }

  @Override
  public long getSpillQueueBytes() {
    return engine.memory().spillBytes();
  }

  @Override
  public long getSpillsDropped() {
    return engine.tierCounters().values().stream()
        .mapToLong(tier -> tier.dropped.sum() + tier.droppedBehind.sum())
        .sum();
  }

  @Override
  public Map<String, Map<String, Long>> getTiers() {
    Map<String, Map<String, Long>> tiers = new LinkedHashMap<>();
    Map<String, TierCounters> calls = engine.tierCounters();
    engine
        .ownCounters()
        .forEach(
            (name, own) -> {
              Map<String, Long> figures = new LinkedHashMap<>();
              TierCounters ofCalls = calls.get(name);
              if (ofCalls != null) {
                figures.putAll(ofCalls.figures());
              }
              own.forEach((counter, count) -> figures.put("own." + counter, count));
              if (!figures.isEmpty()) {
                tiers.put(name, figures);
              }
            });
    return tiers;
  }

  @Override
  public Map<String, Long> getDevice() {
    DeviceMemory memory = device.get();
    if (memory == null) {
      return Map.of();
    }
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("pages", memory.pagesInUse());
    figures.put("budgetBytes", memory.budgetBytes());
    figures.put("spilledBytes", memory.spilledBytes());
    figures.put("loadedBytes", memory.loadedBytes());
    figures.put("evictedPages", memory.evictedPages());
    figures.put("lost", memory.isLost() ? 1L : 0);
    figures.put("leftBy", counters.leftDevice.sum());
    return figures;
  }

  @Override
  public long getFailures() {
    return counters.failures.sum();
  }

  @Override
  public long getUntrackedSessions() {
    return counters.untracked.sum();
  }

  @Override
  public long getCancelledPrompts() {
    return counters.cancelled.sum();
  }

  @Override
  public long getPassesBrokenOff() {
    return counters.passesBrokenOff.sum();
  }
}
