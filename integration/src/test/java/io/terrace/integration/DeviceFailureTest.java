/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever a device does, a request gets the tokens of the host: where it cannot be had, where it
 * has no room, and where it is lost in the middle of a prompt, of an answer or of a copy.
 */
@Tag("processes")
final class DeviceFailureTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final int[] PROMPT = Prompts.tokens(81, 2 * Operations.CHUNK + 60);
  private static final int[] NEXT = Prompts.branch(PROMPT, Operations.CHUNK + 9, 40, 2);
  private static final int STEPS = 24;

  @SuppressWarnings("NullAway.Init")
  private static Answers wanted;

  /** Of two prompts one after the other, and of the first once more. */
  private record Answers(List<Integer> first, List<Integer> next, List<Integer> again)
      implements Serializable {
    static Answers of(ChildModels models) {
      TestModel model = models.get(KIND);
      return new Answers(
          model.greedy(PROMPT, STEPS), model.greedy(NEXT, STEPS), model.greedy(PROMPT, STEPS));
    }
  }

  @SuppressWarnings("NullAway.Init")
  private static Child host;

  @BeforeAll
  static void askTheHost() {
    host = Child.start();
    wanted = host.call(Answers::of);
  }

  @AfterAll
  static void end() {
    host.close();
  }

  @ParameterizedTest
  @CsvSource({
    "cuInit:1=100, cannot be had", // no device
    "cuModuleLoadData:1=218, cannot be had", // a driver that does not take the kernel
    "cuStreamCreate:2=2, cannot be had",
    "cuMemcpyHtoDAsync_v2:1=700, device failed", // the first rows of the first prompt
    "cuLaunchKernel:6=719, device failed", // in the second batch
    "cuMemcpyDtoHAsync_v2:4=700, device failed",
    "cuEventSynchronize:9=999, device failed", // in the answer
    "cuLaunchKernel:31=719, device failed",
    "cuMemcpyHtoDAsync_v2:36=700, device failed",
    "cuMemcpy2DAsync_v2:1=700, device failed", // an unfinished page on its way to the host
    "cuStreamWaitEvent:1=700, device failed",
    "cuEventQuery:1=700, device failed",
  })
  void tokensAreThoseOfTheHost(String fault, String said) throws InterruptedException {
    DeviceDriver.requireStandIn();
    Child device = DeviceDriver.start("delay=0," + fault);
    Answers got = device.call(Answers::of);
    long failures = device.call(models -> Figures.get("Failures"));
    long pages = device.call(models -> Figures.get("PagesInUse") - Figures.get("Chunks"));
    List<String> lines = device.end();
    assertThat(got).isEqualTo(wanted);
    assertThat(failures).as("%s", lines).isZero();
    assertThat(pages).as("given back").isZero();
    assertThat(lines.stream().filter(line -> line.startsWith("[terrace] WARN")))
        .singleElement()
        .asString()
        .contains(said, fault.substring(0, fault.indexOf(':')).replace("_v2", ""));
  }

  @Test
  void aTrialLeavesItToTheHostWhereTheDeviceIsSlow() throws InterruptedException {
    DeviceDriver.requireStandIn();
    Child device = DeviceDriver.start("delay=20000", "terrace.device=auto");
    Answers got = device.call(Answers::of);
    List<String> lines = device.end();
    assertThat(got).isEqualTo(wanted);
    assertThat(lines)
        .anyMatch(line -> line.contains("attention is computed on the host: a layer behind 1024"))
        .noneMatch(line -> line.startsWith("[terrace] WARN"));
  }

  @Test
  void aDeviceThatIsLostInATrialIsNotTaken() throws InterruptedException {
    DeviceDriver.requireStandIn();
    Child device = DeviceDriver.start("delay=0,cuLaunchKernel:9=719", "terrace.device=auto");
    Answers got = device.call(Answers::of);
    long failures = device.call(models -> Figures.get("Failures"));
    List<String> lines = device.end();
    assertThat(got).isEqualTo(wanted);
    assertThat(failures).as("%s", lines).isZero();
    assertThat(lines)
        .anyMatch(line -> line.contains("WARN the CUDA device failed"))
        .anyMatch(line -> line.contains("attention is computed on the host"));
  }

  @Test
  void withoutADeviceATrialSaysNothing() throws InterruptedException {
    DeviceDriver.requireStandIn();
    Child device = DeviceDriver.start("cuInit:1=100", "terrace.device=auto");
    Answers got = device.call(Answers::of);
    assertThat(got).isEqualTo(wanted);
    assertThat(device.end()).noneMatch(line -> line.contains("attention"));
  }

  @ParameterizedTest
  @CsvSource({
    "memory=1000000, 4MiB", // not a page
    "memory=8000000, 4MiB", // pages, and no room for the rows of a pass
    "delay=0, 4MiB",
    "cuMemHostRegister_v2:1=2, 64MiB", // nothing is pinned
    "cuMemAlloc_v2:1=2, 64MiB",
    "cuMemAlloc_v2:2=2, 64MiB",
  })
  void aDeviceWithoutRoomIsNoFailure(String script, String budget) throws InterruptedException {
    DeviceDriver.requireStandIn();
    Child device = DeviceDriver.start(script, "terrace.pool.deviceBytes=" + budget);
    Answers got = device.call(Answers::of);
    long failures = device.call(models -> Figures.get("Failures"));
    List<String> lines = device.end();
    assertThat(got).isEqualTo(wanted);
    assertThat(failures).as("%s", lines).isZero();
  }
}
