/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The codecs that need a native library: the only classes that name theirs. With the agent they are
 * defined in a loader of their own, together with the library, so nothing but this package may
 * refer to them, and that by name.
 */
@NullMarked
package io.terrace.codec.library;

import org.jspecify.annotations.NullMarked;
