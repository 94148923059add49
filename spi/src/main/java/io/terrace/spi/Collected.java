/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * What a {@linkplain KvTier#collect collection} removed.
 *
 * @param chunks how many chunks
 * @param bytes room that came free, remains of broken writes included
 */
public record Collected(long chunks, long bytes) {
  /** Nothing was to be removed. */
  public static final Collected NOTHING = new Collected(0, 0);
}
