/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.KvTier;

/**
 * An open tier of the stack.
 *
 * @param name how configuration, log and figures call it
 */
public record StackTier(String name, KvTier tier) {}
