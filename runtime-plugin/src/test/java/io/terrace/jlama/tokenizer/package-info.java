/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.jlama.tokenizer;

import org.jspecify.annotations.NullMarked;
