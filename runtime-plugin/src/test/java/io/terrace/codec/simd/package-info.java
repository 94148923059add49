/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.codec.simd;

import org.jspecify.annotations.NullMarked;
