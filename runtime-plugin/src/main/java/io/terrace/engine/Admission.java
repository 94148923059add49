/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * Which finished chunks a tier below memory is given.
 *
 * @param secondUse not before they are seen a second time: computed again, or taken over by another
 *     session
 * @param minTokens only where so many tokens of the prompt are computed; not negative
 */
public record Admission(boolean secondUse, int minTokens) {
  /** All of them. */
  public static final Admission ALL = new Admission(false, 0);
}
