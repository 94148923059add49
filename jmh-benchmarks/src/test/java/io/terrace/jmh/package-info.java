/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.jmh;

import org.jspecify.annotations.NullMarked;
