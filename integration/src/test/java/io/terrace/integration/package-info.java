/* SPDX-License-Identifier: Apache-2.0 */
/** What applications see of the plugin: an unmodified Jlama under the agent. */
@NullMarked
package io.terrace.integration;

import org.jspecify.annotations.NullMarked;
