/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

/** Starts the measured program; the model is loaded when the call returns. */
interface ProgramStarter {
  JlamaProgram start(SetUp setUp, String label);
}
