/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/** Is told how a long run goes on. */
public interface Watcher {
  /** Something that takes seconds to minutes begins. */
  void phase(String what);

  /** How far it is. */
  void detail(String what);

  /** A line to keep. */
  void note(String line);
}
