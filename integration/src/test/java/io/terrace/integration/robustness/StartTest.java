/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Empty;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process that never loads a runtime hardly notices the agent. */
@Tag("processes")
final class StartTest {
  /** Loaded by an agent that only waits for a runtime; Byte Buddy alone has a thousand. */
  private static final int FEW_CLASSES = 30;

  @Test
  void theAgentLoadsFewClassesOfItsOwnAndSaysNothing() throws Exception {
    ChildJvm unconfigured = ChildJvm.of(Empty.class).flag("-javaagent:" + ChildJvm.agentJar());
    Result run = unconfigured.flag("-Xlog:class+load").run();
    assertThat(run.exit()).as("%s", run).isZero();
    List<String> ours =
        run.out().stream()
            .filter(line -> line.contains("terrace-agent.jar"))
            .filter(line -> !line.contains("$$"))
            .toList();
    assertThat(ours).isNotEmpty().hasSizeLessThan(FEW_CLASSES);
    assertThat(run.said()).isEmpty();
    assertThat(run.err()).noneMatch(line -> line.contains("sun.misc.Unsafe"));
  }

  @Test
  void theApplicationStillChoosesItsLogManager() throws Exception {
    for (ChildJvm jvm :
        List.of(
            ChildJvm.of(Empty.class).flag("-javaagent:" + ChildJvm.agentJar()),
            ChildJvm.of(Empty.class).agent().property("terrace.pool.bytes", "64MiB"),
            ChildJvm.of(Empty.class).agent().property("terrace.no.such.key", "1"))) {
      assertThat(jvm.run().line("manager")).isEqualTo(Empty.OwnLogManager.class.getName());
    }
  }
}
