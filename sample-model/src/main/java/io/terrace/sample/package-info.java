/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Makes model folders that an unmodified Jlama loads, with seeded random weights: the text such a
 * model writes means nothing, its timing and its reproducibility do. JDK only.
 */
@NullMarked
package io.terrace.sample;

import org.jspecify.annotations.NullMarked;
