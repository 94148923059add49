/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.Locale;

/**
 * Who holds pages now, in bytes. A page may be held by several at once, such as a session and
 * memory, so that the parts add up to more than what is in use; each part counts it once.
 *
 * @param budgetBytes what all pages together may take, except for private ones
 * @param mappedBytes what they take from the operating system
 * @param freeBytes of the budget, in no page that anybody holds
 * @param sessionBytes in the page tables of sessions
 * @param stagingBytes being loaded, or loaded for requests that have not taken it over yet
 * @param aheadBytes fetched ahead and not asked for yet
 * @param spillBytes waiting to be stored below memory, or being stored
 * @param memoryBytes chunks of the tier in memory
 * @param privateBytes private pages, each of one session: outside of the budget
 */
public record MemoryAccount(
    long budgetBytes,
    long mappedBytes,
    long freeBytes,
    long sessionBytes,
    long stagingBytes,
    long aheadBytes,
    long spillBytes,
    long memoryBytes,
    long privateBytes) {
  private static final double MIB = 1 << 20;

  /** One line for a person. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "pages, in MiB: %.1f of %.1f free; sessions %.1f, staging %.1f, ahead %.1f, writes %.1f,"
            + " memory %.1f; outside of the budget %.1f",
        freeBytes / MIB,
        budgetBytes / MIB,
        sessionBytes / MIB,
        stagingBytes / MIB,
        aheadBytes / MIB,
        spillBytes / MIB,
        memoryBytes / MIB,
        privateBytes / MIB);
  }
}
