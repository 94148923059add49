/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.util.List;

/**
 * What a model answered.
 *
 * @param tokens ids of all tokens, of both turns
 * @param bits digest of the logits of every step: equal if and only if all of them are to the last
 *     bit, but for an accident of 2^-64
 */
public record SoakAnswer(List<Integer> tokens, long bits) {
  /** Copies the list. */
  public SoakAnswer {
    tokens = List.copyOf(tokens);
  }
}
