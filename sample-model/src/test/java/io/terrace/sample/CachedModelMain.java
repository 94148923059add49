/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that wants a cached model. */
final class CachedModelMain {

  private CachedModelMain() {}

  public static void main(String[] arguments) throws IOException {
    SampleModels.cached(Path.of(arguments[0]), Geometry.tinyWide(), 9, ProgressListener.NONE);
  }
}
