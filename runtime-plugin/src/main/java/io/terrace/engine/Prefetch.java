/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import org.jspecify.annotations.Nullable;

/**
 * Brings whole chunks of a prompt up before its request comes, from the front on, into the {@link
 * Staging}; ends where something is missing or no more may wait there.
 */
final class Prefetch {
  private final Prompt prompt;
  private final Retrieval retrieval;
  private final Staging staging;

  Prefetch(Prompt prompt, Retrieval retrieval, Staging staging) {
    this.prompt = prompt;
    this.retrieval = retrieval;
    this.staging = staging;
  }

  /** Returns when all is there that will be. */
  void run() {
    try (retrieval) {
      for (int chunk = retrieval.first(); chunk < retrieval.count(); chunk++) {
        StagedChunk found = await(chunk);
        if (found == null) {
          return;
        }
        if (!staging.keepAhead(prompt.key(chunk), found)) {
          found.release();
          return;
        }
      }
    }
  }

  private @Nullable StagedChunk await(int chunk) {
    long seen = retrieval.news();
    StagedChunk found = retrieval.take(chunk);
    while (found == null && (retrieval.isComing(chunk) || retrieval.isUnknown(chunk))) {
      if (!retrieval.await(seen, Long.MAX_VALUE)) {
        return null;
      }
      seen = retrieval.news();
      found = retrieval.take(chunk);
    }
    return found;
  }
}
