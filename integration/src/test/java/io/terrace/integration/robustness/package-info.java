/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What becomes of an application when something is not as the plugin wants it: each test runs
 * programs of {@code program} in Java processes of their own, with the agent and without.
 */
@NullMarked
package io.terrace.integration.robustness;

import org.jspecify.annotations.NullMarked;
