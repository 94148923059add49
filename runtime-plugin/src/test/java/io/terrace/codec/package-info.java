/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.codec;

import org.jspecify.annotations.NullMarked;
