/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Turns GGUF files of the Llama architecture into model folders that an unmodified Jlama loads.
 * What is read is a stranger's file: nothing is allocated or followed that was not checked against
 * the file's length, and what does not fit is an {@link io.terrace.gguf.GgufException} that names
 * the field or tensor.
 */
@NullMarked
package io.terrace.gguf;

import org.jspecify.annotations.NullMarked;
