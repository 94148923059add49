/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GdsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aLibraryThatIsNotThereIsAbsent(@TempDir Path folder) {
    String missing = folder.resolve("libcufile.so.0").toString();
    Gds gds = Gds.probe(missing, PATIENCE);
    assertThat(gds.state()).isEqualTo(Gds.State.ABSENT);
    assertThat(gds).asString().startsWith("GPUDirect Storage is absent: " + missing);
    gds.close();
    assertThatThrownBy(gds::cuFile).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLibraryOfSomethingElseIsAbsent() {
    Gds gds = Gds.probe("libm.so.6", PATIENCE);
    assertThat(gds.state()).isEqualTo(Gds.State.ABSENT);
  }

  @Test
  void withoutACudaDriverTheLibraryIsNotOpened() {
    StandIn library = StandIn.fresh();
    try (Gds gds = Gds.probe(library.library(), "libterrace-no-such.so.1", PATIENCE)) {
      assertThat(gds.state()).isEqualTo(Gds.State.ABSENT);
      assertThat(gds)
          .asString()
          .endsWith("1.17 is there, the CUDA driver (libterrace-no-such.so.1) is not");
      assertThat(library.count("calls")).isZero();
    }
  }

  @Test
  void aDriverThatIsThereIsSaidWithItsVersion() {
    StandIn library = StandIn.fresh();
    try (Gds gds = library.open()) {
      assertThat(gds.state()).isEqualTo(Gds.State.DIRECT);
      assertThat(gds).asString().contains("1.17 with nvidia-fs 2.17");
      assertThat(gds.properties().maxBatch()).isEqualTo(16);
      assertThat(gds.properties().pinnedBytes()).isEqualTo(1L << 30);
      assertThat(library.count("drivers")).isEqualTo(1);
    }
    assertThat(library.count("drivers")).isZero();
  }

  @Test
  void withoutTheKernelModuleItIsOnlyCompatible() {
    StandIn library = StandIn.fresh();
    library.withoutNvfs();
    try (Gds gds = library.open()) {
      assertThat(gds.state()).isEqualTo(Gds.State.COMPATIBLE);
      assertThat(gds).asString().contains("without nvidia-fs", "through host memory");
    }
  }

  @Test
  void aDriverThatFailsIsAbsentWithTheErrorsName() {
    StandIn library = StandIn.fresh();
    library.failNth(1, 5033);
    try (Gds gds = library.open()) {
      assertThat(gds.state()).isEqualTo(Gds.State.ABSENT);
      assertThat(gds)
          .asString()
          .contains("its driver is not: cuFileDriverOpen: CU_FILE_NVFS_SETUP_ERROR (5033)");
    }
  }

  @Test
  void aDriverThatIsOpenAlreadyIsFine() {
    StandIn library = StandIn.fresh();
    library.failNth(1, CuFileError.DRIVER_ALREADY_OPEN);
    try (Gds gds = library.open()) {
      assertThat(gds.state()).isEqualTo(Gds.State.DIRECT);
    }
  }

  @Test
  void aDriverThatHangsIsAbsent() throws InterruptedException {
    StandIn library = StandIn.fresh();
    library.slowOpen(1500);
    Gds gds = library.open(Duration.ofMillis(50));
    assertThat(gds.state()).isEqualTo(Gds.State.ABSENT);
    assertThat(gds).asString().contains("did not open its driver within 50 ms");
    gds.close();
    while (library.count("calls") < 2) { // not to open the driver under the next test
      Thread.sleep(10);
    }
  }
}
