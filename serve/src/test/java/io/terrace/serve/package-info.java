/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package io.terrace.serve;

import org.jspecify.annotations.NullMarked;
