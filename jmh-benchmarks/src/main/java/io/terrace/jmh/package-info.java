/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Micro benchmarks. One class answers one question, stated in its javadoc with the command that
 * asks it, to be given in the repository's root.
 */
@NullMarked
package io.terrace.jmh;

import org.jspecify.annotations.NullMarked;
