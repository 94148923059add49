/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

/**
 * The order in which leaves are given up. The tier decides which chunks are leaves and whether one
 * may go; the policy only ranks them. Called under the tier's lock.
 *
 * <p>Own code, and not a cache library: a library picks its victims by itself, and its listener
 * cannot veto one that has children or a session.
 */
interface EvictionPolicy {
  /** The chunk has no child (any more). */
  void leaf(Entry entry);

  /** The chunk got its first child, or was removed. */
  void notLeaf(Entry entry);

  /**
   * The chunk was used: to be called while it is not ranked.
   *
   * @see #leaf
   */
  void used(Entry entry);

  /** The leaves, least useful first. Not to be changed during the iteration. */
  Iterable<Entry> victims();
}
