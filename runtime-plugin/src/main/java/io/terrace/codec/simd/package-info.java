/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Loops over the elements of pages, each twice: with the Vector API, and without. The only package
 * that may name {@code jdk.incubator.vector}.
 */
@NullMarked
package io.terrace.codec.simd;

import org.jspecify.annotations.NullMarked;
