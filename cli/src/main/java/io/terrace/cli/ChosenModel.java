/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.nio.file.Path;

/**
 * The model of a run.
 *
 * @param meaningful false when the weights are random: the text then means nothing, the times do
 */
record ChosenModel(Path folder, String name, boolean meaningful) {}
