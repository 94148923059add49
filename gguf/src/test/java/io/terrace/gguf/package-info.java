/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.gguf;

import org.jspecify.annotations.NullMarked;
