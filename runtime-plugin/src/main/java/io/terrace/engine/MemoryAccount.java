/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * Who holds pages now. A page may be held by several at once, so that the parts add up to more than
 * there is.
 *
 * @param budgetBytes what all pages together may take, except for private ones
 * @param mappedBytes what they take from the operating system
 * @param aheadBytes fetched ahead and not asked for yet
 * @param spillBytes waiting to be stored below memory
 */
public record MemoryAccount(long budgetBytes, long mappedBytes, long aheadBytes, long spillBytes) {}
