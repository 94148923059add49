/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How chunks are stored: made smaller without loss, protected against reading and forging, checked
 * when they come back; and pages in fewer bits, for key spaces that allow it.
 */
@NullMarked
package io.terrace.codec;

import org.jspecify.annotations.NullMarked;
