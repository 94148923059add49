/* SPDX-License-Identifier: Apache-2.0 */
/** Where the agent was installed, and what lies beside its jar. */
@NullMarked
package io.terrace.install;

import org.jspecify.annotations.NullMarked;
