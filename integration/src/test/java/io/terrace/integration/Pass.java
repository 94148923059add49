/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.io.Serializable;

/**
 * What a prompt was computed to, bit for bit.
 *
 * @param next the likeliest next token
 * @param logits digest of the bits of all logits behind the prompt
 * @param kv digest of the bits of keys and values of all positions and layers
 */
record Pass(int next, String logits, String kv) implements Serializable {}
