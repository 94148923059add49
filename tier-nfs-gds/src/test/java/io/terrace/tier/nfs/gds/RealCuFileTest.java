/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real libcufile, at the path that the environment variable {@value #VARIABLE} gives: without a
 * driver it is absent by an error of its own; with a device, bytes go there and back.
 */
final class RealCuFileTest {
  private static final String VARIABLE = "TERRACE_TEST_CUFILE";

  /** 1.14 and 1.15 answer with an error, 1.20 was seen to loop. */
  private static final int LOOPS_WITHOUT_DRIVER = 1160;

  private static final int BYTES = 9_000_001;

  private static String library() {
    String library = System.getenv(VARIABLE);
    return library != null
        ? library
        : abort("skipped: " + VARIABLE + " does not give the path of a libcufile");
  }

  private static Gds probe() {
    return Gds.probe(library(), Duration.ofSeconds(60));
  }

  @Test
  void itIsThereOrSaysWhyNot() {
    try (Gds gds = probe()) {
      System.out.println(gds);
      if (gds.state() == Gds.State.ABSENT) {
        assertThat(gds)
            .asString()
            .containsAnyOf(
                "is there, the CUDA driver (libcuda.so.1) is not",
                "is there, its driver is not: cuFileDriverOpen: CU_FILE_");
      } else {
        assertThat(gds.properties().maxBatch()).isPositive();
      }
    }
  }

  @Test
  void withoutADriverItsOwnErrorIsNamed() throws Exception {
    CuFile cuFile = new CuFile(new CuFileLibrary(library()), CudaContexts.of("libcuda.so.1"));
    assumeFalse(
        CuFileLibrary.isLoadable("libcuda.so.1"),
        "skipped: there is a CUDA driver on this machine");
    assumeTrue(
        cuFile.version() < LOOPS_WITHOUT_DRIVER,
        "skipped: this version loops for ever without a CUDA driver");
    assertThatThrownBy(cuFile::openDriver)
        .isInstanceOf(CuFileException.class)
        .hasMessage("cuFileDriverOpen: CU_FILE_NVFS_SETUP_ERROR (5033)");
  }

  @Test
  void bytesGoToADeviceAndBack(@TempDir Path folder) throws Exception {
    try (Gds gds = probe()) {
      if (gds.state() == Gds.State.ABSENT) {
        abort("skipped: " + gds);
      }
      CudaDevice device = CudaDevice.open();
      for (int depth : new int[] {1, 8}) {
        roundTrip(gds, device, Files.createDirectory(folder.resolve("depth-" + depth)), depth);
      }
    }
  }

  private static void roundTrip(Gds gds, CudaDevice device, Path folder, int depth)
      throws Exception {
    byte[] payload = new byte[BYTES];
    new SplittableRandom(depth).nextBytes(payload);
    TestChunk chunk = new TestChunks(depth).full(1);
    ChunkDescriptor descriptor = chunk.descriptor();
    FolderFiles files = new FolderFiles(folder);
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        GdsPath path = new GdsPath(gds, files, threads, depth, true)) {
      long address = device.allocate(BYTES);
      device.put(address, payload);
      assertThat(path.write(descriptor, chunk.header(), address, BYTES, Deadline.NEVER))
          .isEqualTo(WriteResult.STORED);
      byte[] stored = Files.readAllBytes(files.file(chunk.key()));
      int header = Chunk.HEADER_BYTES;
      assertThat(Arrays.equals(Arrays.copyOf(stored, header), chunk.headerBytes())).isTrue();
      assertThat(Arrays.equals(stored, header, header + BYTES, payload, 0, BYTES)).isTrue();
      long registered = device.allocate(16L << 20);
      path.register(registered, 16L << 20);
      for (long target : new long[] {device.allocate(BYTES), registered + 4096}) {
        assertThat(path.read(chunk.key(), (told, bytes) -> target, Deadline.NEVER))
            .isEqualTo(ReadOutcome.FOUND);
        assertThat(Arrays.equals(device.get(target, BYTES), payload)).isTrue();
      }
      path.unregister(registered);
      System.out.println(gds + ", depth " + depth + ": " + path.counters());
    }
  }
}
