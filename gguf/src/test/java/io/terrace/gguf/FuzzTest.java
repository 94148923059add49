/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file is refused or read; it never ends in anything else. */
@Timeout(120)
final class FuzzTest {
  @TempDir private static Path shared = Path.of("");
  private static byte[] good = {};

  /** The metadata and the names of tensors: before it everything is structure. */
  private static int headBytes;

  private int refused;
  private int read;

  @BeforeAll
  static void makeFile() throws IOException {
    Path source = shared.resolve("source");
    SampleModels.write(source, Twin.SMALLEST, 3, ProgressListener.NONE);
    good = Twin.of(source, TensorType.Q8_0, TensorType.Q4_1).toBytes();
    headBytes = good.length;
    try (GgufFile file = GgufFile.parse(Arena.ofConfined(), MemorySegment.ofArray(good))) {
      for (TensorInfo tensor : file.tensors().values()) {
        headBytes -= (int) tensor.data().byteSize();
      }
    }
    assertThat(headBytes).isBetween(5_000, good.length - 5_000);
  }

  @Test
  void aFileThatIsCutAnywhereIsRefused() {
    for (int length = 0; length < good.length; length += length < headBytes ? 1 : 7) {
      byte[] cut = new byte[length];
      System.arraycopy(good, 0, cut, 0, length);
      look(cut, "cut to " + length, false);
    }
    // The padding behind the last tensor is all that may be missing.
    assertThat(read).isLessThan(32 / 7 + 1);
    assertThat(refused).isGreaterThan(headBytes);
  }

  @Test
  void aFlippedByteIsRefusedOrRead() {
    for (int at = 0; at < good.length; at += at < headBytes ? 1 : 61) {
      for (int flip : new int[] {0x01, 0x80, 0xFF}) {
        byte[] damaged = good.clone();
        damaged[at] ^= (byte) flip;
        look(damaged, "byte " + at + " xor " + flip, at % 257 == 0);
      }
    }
    assertThat(refused).isGreaterThan(1_000);
    assertThat(read).as("letters of texts, bits of weights").isGreaterThan(1_000);
  }

  @Test
  void manyDamagedPlacesAreNoWorse() {
    long seed = 20_261_127;
    Random random = new Random(seed);
    for (int trial = 0; trial < 3_000; trial++) {
      byte[] damaged = good.clone();
      for (int i = 0; i < 4; i++) {
        int at = random.nextInt(random.nextBoolean() ? 64 : headBytes);
        damaged[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
      }
      look(damaged, "seed " + seed + " trial " + trial, false);
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  /** Opens a file, and writes its folder if it is accepted and that is wanted. */
  private void look(byte[] bytes, String what, boolean writes) {
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.parse(arena, MemorySegment.ofArray(bytes));
      GgufModel model = new GgufModel(file, "damaged");
      if (writes) {
        model.writeTo(Files.createTempDirectory(shared, "read"), ProgressListener.NONE);
      }
      read++;
    } catch (GgufException e) {
      assertThat(e).as(what).message().isNotBlank();
      refused++;
    } catch (IOException | RuntimeException | Error e) {
      fail(what, e);
    }
  }
}
