/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import java.util.Map;

/** What the plugin does, for JMX: {@code io.terrace:type=Reuse}. All figures since the start. */
public interface ReuseMXBean {
  /**
   * Whether sessions that begin now look anything up and share anything; as long as the
   * configuration says so for their model.
   */
  boolean isSharing();

  /** Switches it, for sessions that begin later; those under way go on as they began. */
  void setSharing(boolean sharing);

  /**
   * Stores what waits to be stored below memory now, and waits for it, as before a process is to be
   * killed; one that ends by itself does so anyway.
   *
   * @param seconds how long, at most
   * @return whether nothing was left
   */
  boolean flush(int seconds);

  /** Tokens of the last prompt, of any model and thread. */
  long getLastPromptTokens();

  /** Tokens of the last prompt whose KV was not computed again. */
  long getLastReusedTokens();

  /** Prompts looked up. */
  long getLookups();

  /** Tokens of all prompts looked up. */
  long getPromptTokens();

  /** Tokens of all prompts whose KV was not computed again. */
  long getReusedTokens();

  /** Pages put into a session without a copy. */
  long getAdoptedPages();

  /** Positions copied from chunks that a prompt shares in part. */
  long getCopiedPositions();

  /** Chunks published. */
  long getPublishedChunks();

  /** Chunks not published because the tier had no room. */
  long getChunksWithoutRoom();

  /** Chunks that the tier in memory gave up for want of room. */
  long getEvictedChunks();

  /** Chunks in memory now. */
  long getChunks();

  /** Pages that somebody holds a reference to now: tier and sessions. */
  long getPagesInUse();

  /** Bytes mapped for pages now, without private ones. */
  long getMappedBytes();

  /** What {@link #getMappedBytes} may grow to. */
  long getBudgetBytes();

  /** Pages outside the budget now, each of one session. */
  long getPrivatePages();

  /** Pages outside the budget ever. */
  long getPrivatePagesEver();

  /** Bytes of {@link #getBudgetBytes} that are in no page that anybody holds. */
  long getFreeBytes();

  /** Bytes of pages that sessions hold, each page once. */
  long getSessionBytes();

  /** Bytes of pages that are being loaded, or are loaded and wait for their request to go on. */
  long getStagingBytes();

  /** Bytes of pages that the tier in memory keeps. */
  long getMemoryTierBytes();

  /** Bytes of pages outside the budget now. */
  long getPrivateBytes();

  /** Bytes of pages that were fetched ahead of a request, and that none has asked for yet. */
  long getStagedBytes();

  /** Bytes of pages that wait to be stored below memory. */
  long getSpillQueueBytes();

  /** Chunks not stored in a tier below memory because too many waited, or one before was not. */
  long getSpillsDropped();

  /**
   * What became of the calls to each tier below memory, by the tier's name: among others {@code
   * loaded}, {@code direct} (of those, the ones that went to a device past the memory of the host),
   * {@code stored}, {@code storedDirect}, {@code directFailures}, {@code evicted} (given up by the
   * tier itself), {@code failures}, {@code timeouts}, {@code resting} (1 while the tier is left
   * alone), {@code waitingBytes}, {@code dropped}, and {@code fault.KIND} for each reason that a
   * chunk was not used. What a tier counts of itself is there as {@code own.NAME}.
   */
  Map<String, Map<String, Long>> getTiers();

  /**
   * Where attention is computed on a device: {@code pages} there, {@code budgetBytes}, {@code
   * spilledBytes} of KV copied to the host, {@code loadedBytes} copied to the device, {@code
   * evictedPages} that the host still has, {@code lost} (1 once it failed), and {@code leftBy},
   * sessions that went on on the host. Empty where it is the host that computes.
   */
  Map<String, Long> getDevice();

  /** Failures inside the plugin; each became a miss. */
  long getFailures();

  /** Sessions whose KV was not shared to the end: unknown tokens, or overlapping passes. */
  long getUntrackedSessions();

  /** Prompts given up by their caller before they were computed. */
  long getCancelledPrompts();

  /**
   * Passes over prompts that ended early, since what they computed came from a tier meanwhile, or
   * their device was lost.
   */
  long getPassesBrokenOff();
}
