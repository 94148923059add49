/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import io.terrace.cli.qa.QaRow.Served;

/** An answer. */
record Reply(String text, Served served) {}
