/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec.simd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;

/** Which kernels a JVM gets, each case in a JVM of its own. */
final class KernelChoiceTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  /** Prints the choice, and tries it. */
  static final class Program {
    public static void main(String[] args) {
      if (args.length > 0) {
        KernelChoice.allow(Boolean.parseBoolean(args[0]));
      }
      KernelChoice choice = KernelChoice.current();
      System.out.println(choice.kernels().getClass().getSimpleName() + "; " + choice.reason());
    }
  }

  @Test
  void vectorsAreTheDefaultWhereTheyAreWideEnough() throws Exception {
    boolean wide = VectorShape.preferredShape().vectorBitSize() >= Lanes.LEAST_BITS;
    assertThat(run(MODULE)).contains(wide ? "VectorKernels; null" : "ScalarKernels; vectors of");
  }

  @Test
  void theModuleIsNamedWhereItIsNotThere() throws Exception {
    assertThat(run("-Xlog:class+load"))
        .contains(
            "ScalarKernels; vectors are not used:"
                + " start the JVM with --add-modules jdk.incubator.vector")
        .doesNotContain("jdk.incubator.vector.");
  }

  @Test
  void aPropertyTurnsVectorsOff() throws Exception {
    assertThat(run(MODULE, "-Dterrace.kernels.vector=false", "-Xlog:class+load"))
        .contains("ScalarKernels; vectors are turned off by kernels.vector")
        .doesNotContain("jdk.incubator.vector.");
  }

  @Test
  void theConfigurationTurnsVectorsOff() throws Exception {
    assertThat(run(List.of("false"), MODULE, "-Xlog:class+load"))
        .contains("ScalarKernels; vectors are turned off by kernels.vector")
        .doesNotContain("jdk.incubator.vector.");
    assertThat(run(List.of("true"), MODULE, "-Dterrace.kernels.vector=false"))
        .as("what the configuration says stands over the property")
        .doesNotContain("turned off");
  }

  @Test
  void aJvmThatCannotCompileThemDoesWithout() throws Exception {
    assertThat(run(MODULE, "-Xint")).contains("ScalarKernels; ").contains("without -Xint");
    assertThat(run(MODULE, "-XX:TieredStopAtLevel=1"))
        .contains("ScalarKernels; ")
        .contains("without -XX:TieredStopAtLevel");
  }

  @Test
  void narrowVectorsAreNotWorthIt() throws Exception {
    assertThat(run(MODULE, "-XX:MaxVectorSize=16"))
        .contains("ScalarKernels; vectors of 128 bits are not used: 256 are needed");
  }

  private static String run(String... flags) throws IOException, InterruptedException {
    return run(List.of(), flags);
  }

  private static String run(List<String> arguments, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
