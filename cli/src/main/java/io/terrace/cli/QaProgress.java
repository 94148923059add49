/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.Watcher;

/** Shows how a run of the multi-round QA workload goes on. */
record QaProgress(Progress progress) implements Watcher {
  @Override
  public void phase(String what) {
    progress.phase(what);
  }

  @Override
  public void detail(String what) {
    progress.detail(what);
  }

  @Override
  public void note(String line) {
    progress.note(line);
  }
}
