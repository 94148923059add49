/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Jlama's byte pair encoding with the same token ids at a fraction of the time. {@link
 * io.terrace.jlama.tokenizer.FastBpe} is the only entry.
 */
@NullMarked
package io.terrace.jlama.tokenizer;

import org.jspecify.annotations.NullMarked;
