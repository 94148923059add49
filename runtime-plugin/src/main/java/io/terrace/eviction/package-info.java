/* SPDX-License-Identifier: Apache-2.0 */
/** Eviction policies that stand on libraries. */
@NullMarked
package io.terrace.eviction;

import org.jspecify.annotations.NullMarked;
