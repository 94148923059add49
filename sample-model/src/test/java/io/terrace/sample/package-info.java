/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.sample;

import org.jspecify.annotations.NullMarked;
