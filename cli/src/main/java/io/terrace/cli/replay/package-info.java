/* SPDX-License-Identifier: Apache-2.0 */
/** {@code terrace bench replay}: traces of requests against the tier in memory and its policies. */
@NullMarked
package io.terrace.cli.replay;

import org.jspecify.annotations.NullMarked;
