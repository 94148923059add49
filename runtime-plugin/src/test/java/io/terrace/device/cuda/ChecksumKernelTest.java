/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The checksum on a stand-in for the device, or with {@code -Pgpu} on a real one, beside the JDK's.
 */
final class ChecksumKernelTest {
  private CudaDevice device;
  private CudaStream stream;
  private Kernels kernels;
  private ChecksumKernel kernel;

  @BeforeEach
  void open() throws Exception {
    device = TestDevices.open();
    stream = device.stream();
    kernels = new Kernels(device);
    kernel = new ChecksumKernel(kernels);
  }

  @AfterEach
  void close() throws CudaException {
    kernels.close();
    stream.close();
    device.close();
  }

  private int onDevice(byte[] content) throws CudaException {
    long sumBytes = ChecksumKernel.sumBytes(content.length);
    long memory = device.allocate(content.length);
    long sums = device.allocate(sumBytes);
    try (Arena arena = Arena.ofConfined()) {
      stream.copyToDevice(memory, arena.allocateFrom(ValueLayout.JAVA_BYTE, content));
      kernel.sum(stream, memory, content.length, sums);
      MemorySegment made = arena.allocate(sumBytes, Integer.BYTES);
      stream.copyToHost(made, sums);
      stream.synchronize();
      return ChecksumKernel.join(made, content.length);
    } finally {
      device.free(memory);
      device.free(sums);
    }
  }

  private static int onHost(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 9, 1023, 1024, 1025, 4096, 262_143, 262_144, 262_145, 3_000_001})
  void isThatOfTheJdk(int bytes) throws CudaException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    assertThat(onDevice(content)).isEqualTo(onHost(content));
  }

  @Test
  void knowsZerosFromFewerZeros() throws CudaException {
    assertThat(onDevice(new byte[8192])).isEqualTo(onHost(new byte[8192]));
    assertThat(onDevice(new byte[8192])).isNotEqualTo(onDevice(new byte[4096]));
  }
}
