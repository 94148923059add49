/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the lines that a run notes. */
final class NotesOnly implements Watcher {
  private final List<String> notes = new CopyOnWriteArrayList<>();

  @Override
  public void phase(String what) {}

  @Override
  public void detail(String what) {}

  @Override
  public void note(String line) {
    notes.add(line);
  }

  List<String> notes() {
    return notes;
  }
}
