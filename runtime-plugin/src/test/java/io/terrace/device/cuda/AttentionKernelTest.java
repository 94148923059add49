/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel on a stand-in for the device, or with {@code -Pgpu} on a real one, beside attention as
 * its formula says.
 */
final class AttentionKernelTest {
  private static AttentionKernel.Shape shape(
      int heads, int kvHeads, int headSize, int chunkTokens, DataType type, float softCap) {
    PageGeometry geometry = new PageGeometry(3, kvHeads, headSize, chunkTokens, type);
    return new AttentionKernel.Shape(geometry, heads, (float) (1 / Math.sqrt(headSize)), softCap);
  }

  static List<AttentionKernel.Shape> shapes() {
    return List.of(
        shape(4, 4, 16, 32, DataType.F32, 0),
        shape(9, 3, 64, 32, DataType.F32, 0),
        shape(8, 2, 96, 64, DataType.F32, 30),
        shape(8, 1, 128, 128, DataType.F32, 0),
        shape(2, 1, 256, 256, DataType.F32, 50),
        shape(3, 1, 5, 32, DataType.F32, 0),
        shape(9, 3, 64, 32, DataType.BF16, 0),
        shape(4, 2, 128, 256, DataType.BF16, 20));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void computesWhatTheFormulaSays(AttentionKernel.Shape shape) throws Exception {
    int positions = 2 * shape.geometry().chunkTokens() + 9;
    int rows = 12; // over the border of two pages
    try (DeviceKv kv = new DeviceKv(TestDevices.open(), shape, positions)) {
      float[] queries = kv.random(rows * shape.heads() * shape.geometry().headSize());
      float[] result = kv.attend(1, queries, positions - rows, rows);
      double[] expected = kv.formula(1, queries, positions - rows, rows);
      for (int i = 0; i < result.length; i++) {
        assertThat((double) result[i]).as("element %d", i).isCloseTo(expected[i], within(2e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void aRowHasTheSameBitsHoweverManyAreComputedWithIt(AttentionKernel.Shape shape)
      throws Exception {
    int positions = shape.geometry().chunkTokens() + 7;
    try (DeviceKv kv = new DeviceKv(TestDevices.open(), shape, positions)) {
      int width = shape.heads() * shape.geometry().headSize();
      float[] queries = kv.random(10 * width);
      float[] together = kv.attend(2, queries, positions - 10, 10);
      for (int row = 0; row < 10; row++) {
        float[] query = Arrays.copyOfRange(queries, row * width, (row + 1) * width);
        assertThat(kv.attend(2, query, positions - 10 + row, 1))
            .isEqualTo(Arrays.copyOfRange(together, row * width, (row + 1) * width));
      }
    }
  }

  /** Rows go to where a page that was computed elsewhere has them, over a border of pages too. */
  @ParameterizedTest
  @MethodSource("shapes")
  void rowsAreStoredWherePagesHaveThem(AttentionKernel.Shape shape) throws Exception {
    int positions = shape.geometry().chunkTokens() + 20;
    try (DeviceKv kv = new DeviceKv(TestDevices.open(), shape, positions)) {
      int rows = 25;
      kv.wipe(1, positions - rows, rows);
      assertThat(kv.mismatch()).as("wiped").isNotNegative();
      kv.store(1, positions - rows, rows);
      assertThat(kv.mismatch()).isEqualTo(-1);
    }
  }

  @Test
  void theFirstPositionSeesItself() throws Exception {
    AttentionKernel.Shape shape = shape(2, 1, 16, 32, DataType.F32, 0);
    try (DeviceKv kv = new DeviceKv(TestDevices.open(), shape, 1)) {
      float[] result = kv.attend(0, kv.random(32), 0, 1);
      assertThat(Arrays.copyOf(result, 16)).isEqualTo(kv.values(0, 0));
      assertThat(Arrays.copyOfRange(result, 16, 32)).isEqualTo(kv.values(0, 0));
    }
  }

  @Test
  void aPageThatIsNoDeviceMemoryLosesTheDevice() throws Exception {
    AttentionKernel.Shape shape = shape(2, 1, 16, 32, DataType.F32, 0);
    DeviceKv kv = new DeviceKv(StandInCuda.fresh().open(), shape, 40);
    kv.forgetPage(1);
    assertThatThrownBy(() -> kv.attend(0, kv.random(32), 39, 1))
        .asInstanceOf(InstanceOfAssertFactories.type(CudaException.class))
        .matches(CudaException::isLost);
  }

  @Test
  void whatItDoesNotComputeIsRefused() {
    assertThatThrownBy(() -> shape(3, 2, 16, 32, DataType.F32, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 heads");
    assertThatThrownBy(() -> shape(2, 2, 257, 32, DataType.F32, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shape(2, 2, 16, 512, DataType.F32, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shape(2, 2, 16, 32, DataType.F16, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
