/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That it runs, with the agent of the build, and reuses what it says; not how fast. */
final class LastTokensProgramTest {
  @Test
  void comparesPromptAndBatch(@TempDir Path folder) throws Exception {
    Path model =
        SampleModels.write(folder.resolve("model"), Geometry.tiny(), 7, ProgressListener.NONE);
    assertThat(LastTokensProgram.compare(model.toString(), "300", 1))
        .startsWith("20 new tokens behind 300 known ones: ")
        .contains("medians of 1 pairs");
  }
}
