/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Path;

/** Model folders for the programs. */
final class Models {
  private Models() {}

  static Path write(Path folder, Geometry geometry) throws IOException {
    return SampleModels.write(folder.resolve("model"), geometry, 7, ProgressListener.NONE);
  }
}
