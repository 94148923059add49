/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorTypeTest {
  /** Blocks written out by hand, from the description of ggml's structs. */
  @Test
  void blocksAreDecodedAsTheirStructsSay() {
    ByteBuffer q40 = block(18).putShort(Float.floatToFloat16(0.5f));
    ByteBuffer q41 =
        block(20).putShort(Float.floatToFloat16(0.5f)).putShort(Float.floatToFloat16(-3));
    ByteBuffer q80 = block(34).putShort(Float.floatToFloat16(0.25f));
    for (int i = 0; i < 16; i++) {
      q40.put((byte) (i | (15 - i) << 4));
      q41.put((byte) (i | (15 - i) << 4));
    }
    for (int i = 0; i < 32; i++) {
      q80.put((byte) (8 * i - 128));
    }
    float[] values = new float[32];
    TensorType.Q4_0.decodeRow(bytes(q40), values);
    for (int i = 0; i < 16; i++) {
      assertThat(values[i]).isEqualTo(0.5f * (i - 8));
      assertThat(values[16 + i]).isEqualTo(0.5f * (15 - i - 8));
    }
    TensorType.Q4_1.decodeRow(bytes(q41), values);
    for (int i = 0; i < 16; i++) {
      assertThat(values[i]).isEqualTo(0.5f * i - 3);
      assertThat(values[16 + i]).isEqualTo(0.5f * (15 - i) - 3);
    }
    TensorType.Q8_0.decodeRow(bytes(q80), values);
    for (int i = 0; i < 32; i++) {
      assertThat(values[i]).isEqualTo(0.25f * (8 * i - 128));
    }
  }

  @Test
  void singlesAndHalvesKeepTheirBits() {
    byte[] single = bytes(block(4).putFloat(-1.2345678e-9f));
    assertThat(decoded(TensorType.F32, single)).isEqualTo(-1.2345678e-9f);
    byte[] half = bytes(block(2).putShort((short) 0x8401));
    assertThat(decoded(TensorType.F16, half)).isEqualTo(Float.float16ToFloat((short) 0x8401));
    byte[] brain = bytes(block(2).putShort((short) 0xC0F1));
    assertThat(decoded(TensorType.BF16, brain)).isEqualTo(Float.intBitsToFloat(0xC0F10000));
  }

  /** What an encoder of our own stores comes back as near as the type allows. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void rowsOfManyBlocksComeBack(TensorType type) {
    float[] row = new float[7 * 32];
    Random random = new Random(5);
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) random.nextGaussian();
    }
    float[] decoded = new float[row.length];
    type.decodeRow(Encoder.encode(type, row), decoded);
    double worst = 0;
    for (int i = 0; i < row.length; i++) {
      worst = Math.max(worst, Math.abs(row[i] - decoded[i]));
    }
    double allowed =
        switch (type) {
          case F32 -> 0;
          case F16 -> 0.002;
          case BF16 -> 0.03;
          case Q8_0 -> 0.02;
          case Q4_0, Q4_1 -> 0.5;
        };
    assertThat(worst).isLessThanOrEqualTo(allowed);
  }

  @Test
  void otherTypesAreRefusedByName() {
    assertThatThrownBy(() -> TensorType.of("blk.0.ffn_up.weight", 12))
        .isInstanceOf(GgufException.class)
        .hasMessage(
            "tensor blk.0.ffn_up.weight has the type Q4_K, which is not read; read are F32, F16,"
                + " Q4_0, Q4_1, Q8_0, BF16");
    assertThatThrownBy(() -> TensorType.of("x", 0xFFFF_FFFFL))
        .hasMessageContaining("the type number 4294967295,");
  }

  private static float decoded(TensorType type, byte[] bytes) {
    float[] values = new float[1];
    type.decodeRow(bytes, values);
    return values[0];
  }

  private static byte[] bytes(ByteBuffer block) {
    byte[] bytes = new byte[block.capacity()];
    block.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer block(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
