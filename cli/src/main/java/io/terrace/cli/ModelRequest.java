/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which model a user asked for.
 *
 * @param model a folder, or OWNER/NAME on the hub; null leaves the choice to the command
 * @param sampleSize asks for the model with random weights
 * @param cache where models are kept
 */
record ModelRequest(
    @Nullable String model, boolean offline, @Nullable SampleSize sampleSize, Path cache) {

  /**
   * Where models are kept.
   *
   * @param given by {@code --cache}; null for the user's own folder
   */
  static Path cacheFolder(@Nullable Path given) {
    return given != null ? given : Path.of(System.getProperty("user.home"), ".cache", "terrace");
  }
}
