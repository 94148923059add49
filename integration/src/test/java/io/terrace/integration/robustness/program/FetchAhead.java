/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.model.AbstractModel;
import io.terrace.api.Terrace;

/** What a server does for a request that waits for its turn. */
final class FetchAhead {
  private FetchAhead() {}

  /** Returns once so many pages of a prompt wait in memory; asks for them again and again. */
  static void await(AbstractModel model, int[] tokens, int pages) throws InterruptedException {
    while (ahead() < pages || Reused.figure("StagingBytes") > 0) {
      if (!Terrace.prefetch(model, tokens)) {
        throw new IllegalStateException("the plugin does not keep the model's KV");
      }
      Thread.sleep(20);
    }
    Thread.sleep(200); // the last of those calls may look through what waits
    System.out.println("ahead " + ahead());
  }

  /** Pages that wait, of a process that has computed nothing yet. */
  private static long ahead() {
    return Reused.figure("PagesInUse") - Reused.figure("Chunks");
  }

  /** Chunks that came from the volume so far. */
  static long loaded() {
    return Reused.ofTier("nfs", "loaded");
  }
}
