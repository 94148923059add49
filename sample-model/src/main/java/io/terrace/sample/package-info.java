/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Makes model folders that an unmodified Jlama loads, with seeded random weights: the text such a
 * model writes means nothing, its timing and its reproducibility do. Whoever makes model folders
 * otherwise takes the writers from here. JDK only.
 */
@NullMarked
package io.terrace.sample;

import org.jspecify.annotations.NullMarked;
