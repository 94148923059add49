/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.BadInput;
import io.terrace.sample.Geometry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Jlama refuses it refuses in the same words with the agent, and goes on as well after it. */
@Tag("processes")
final class BadInputTest {
  @Test
  void theSameResultOrExceptionAsWithoutTheAgent(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tiny());
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Result without = ChildJvm.of(BadInput.class).run(model, empty);
    assertThat(without.exit()).as("%s", without).isZero();
    Files.delete(empty.resolve("broken").resolve("config.json"));
    Files.delete(empty.resolve("broken"));
    Result with = ChildJvm.of(BadInput.class).agent().run(model, empty);
    assertThat(with.exit()).as("%s", with).isZero();

    List<String> cases = without.lines("case");
    assertThat(cases).hasSizeGreaterThan(80);
    assertThat(cases).anyMatch(line -> line.startsWith("missing folder:  <- "));
    assertThat(cases).anyMatch(line -> line.contains("Prompt exceeds max tokens"));
    assertThat(with.lines("case")).isEqualTo(cases);
    assertThat(with.warnings()).as("none of it is a failure of the plugin").isEmpty();
  }
}
