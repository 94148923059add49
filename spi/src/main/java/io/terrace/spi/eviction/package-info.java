/* SPDX-License-Identifier: Apache-2.0 */
/** Which chunks of a tier go when it is full. */
@NullMarked
package io.terrace.spi.eviction;

import org.jspecify.annotations.NullMarked;
