/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Starts the servers that are compared. */
public interface Instances {
  /**
   * Starts the servers of a set-up, over stores that hold nothing, and waits until they answer.
   *
   * @param store a name for their stores that no other start has
   */
  Running start(CompareSetUp setUp, String store);

  /** Servers that answer. */
  interface Running extends AutoCloseable {
    /** Where, each ending in {@code /v1}. */
    List<URI> addresses();

    /** The model's name. */
    String model();

    /**
     * Tokens that were not computed since the start, by the tier that had them, the fastest first;
     * without an entry where nothing is known.
     */
    Map<String, Long> hitTokens();

    /** Ends the servers, and clears their stores away. */
    @Override
    void close();
  }
}
