/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class TensorTest {

  private static final SplitMix RANDOM = new SplitMix(3);

  @Test
  void matrixHasTheDeviationItWasGiven() {
    Tensor tensor = Tensor.matrix("m", WeightType.F32, 64, 256, row -> row == 5 ? 0 : 0.25, RANDOM);
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < 64; row++) {
      ByteBuffer bytes = row(tensor, row);
      for (int i = 0; i < 256; i++) {
        float value = bytes.getFloat();
        assertThat(row == 5).isEqualTo(value == 0);
        sum += value;
        squares += value * value;
      }
    }
    int count = 63 * 256;
    assertThat(sum / count).isCloseTo(0, within(0.01));
    assertThat(Math.sqrt(squares / count)).isCloseTo(0.25, within(0.01));
  }

  @Test
  void bfloat16IsTheNearest() {
    Tensor exact = Tensor.matrix("m", WeightType.F32, 8, 512, row -> 1, RANDOM);
    Tensor rounded = Tensor.matrix("m", WeightType.BF16, 8, 512, row -> 1, RANDOM);
    for (int row = 0; row < 8; row++) {
      ByteBuffer exactRow = row(exact, row);
      ByteBuffer roundedRow = row(rounded, row);
      for (int i = 0; i < 512; i++) {
        float value = exactRow.getFloat();
        float near = Float.intBitsToFloat(roundedRow.getShort() << 16);
        assertThat(Math.abs(near - value)).isLessThanOrEqualTo(Math.abs(value) / 256);
      }
    }
  }

  @Test
  void q4IsCentredAndHasTheDeviationItWasGiven() {
    Tensor nibbles = Tensor.q4Nibbles("m", 64, 256, RANDOM);
    Tensor scales = Tensor.q4Scales("m", 64, 256, 0.25, RANDOM);
    assertThat(scales.name()).isEqualTo("m.qb");
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < 64; row++) {
      ByteBuffer nibbleRow = row(nibbles, row);
      ByteBuffer scaleRow = row(scales, row);
      for (int block = 0; block < 8; block++) {
        float scale = scaleRow.getFloat();
        for (int i = 0; i < 16; i++) {
          int pair = nibbleRow.get() & 0xFF;
          for (int quantised : new int[] {(pair & 15) - 8, (pair >> 4) - 8}) {
            assertThat(quantised).isBetween(-7, 7);
            sum += quantised * scale;
            squares += quantised * scale * quantised * scale;
          }
        }
      }
    }
    int count = 64 * 256;
    assertThat(sum / count).isCloseTo(0, within(0.01));
    assertThat(Math.sqrt(squares / count)).isCloseTo(0.25, within(0.01));
  }

  private static ByteBuffer row(Tensor tensor, int row) {
    ByteBuffer bytes = ByteBuffer.allocate(tensor.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
    tensor.source().put(row, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.flip();
  }
}
