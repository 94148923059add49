/* SPDX-License-Identifier: Apache-2.0 */
/** Programs that tests run in processes of their own: they know Jlama and nothing of the plugin. */
@NullMarked
package io.terrace.integration.robustness.program;

import org.jspecify.annotations.NullMarked;
