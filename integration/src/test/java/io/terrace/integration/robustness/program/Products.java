/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.BFloat16BufferTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.Q4ByteBufferTensor;
import com.github.tjake.jlama.tensor.Q8ByteBufferTensor;
import com.github.tjake.jlama.tensor.operations.TensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Multiplies matrices the way Jlama's blocks do, into memory full of a marker. Prints {@code
 * operations <class> <parts>}, then for each product {@code product <types> <tokens> <rows> <width>
 * <values left as they were> <values not as they should be>}.
 */
public final class Products {
  private static final int MARKER = 0x7fc0beef; // a NaN that no sum comes out as
  private static final int MOST_TOKENS = 257;
  private static final int FEW_TOKENS = 64;
  private static final int[] ROWS = {
    5, 6, 16, 64, 72, 96, 127, 128, 129, 192, 576, 640, 1000, 2048
  };
  private static final int[] WIDTHS = {64, 192};

  private Products() {}

  public static void main(String[] arguments) {
    TensorOperations operations = TensorOperationsProvider.get();
    System.out.println(
        "operations "
            + operations.getClass().getSimpleName()
            + " "
            + operations.parallelSplitSize());
    for (int width : WIDTHS) {
      for (int rows : ROWS) {
        multiplyAll("F32xF32", DType.F32, DType.F32, rows, width);
        multiplyAll("F32xBF16", DType.F32, DType.BF16, rows, width);
        multiplyAll("F32xQ4", DType.F32, DType.Q4, rows, width);
        multiplyAll("I8xQ4", DType.I8, DType.Q4, rows, width * 8); // whole vectors of 512 bits
      }
    }
  }

  private static void multiplyAll(String types, DType left, DType right, int rows, int width) {
    boolean wide = rows > 200;
    int most = wide || left == DType.I8 ? FEW_TOKENS : MOST_TOKENS;
    FloatBufferTensor a = random(most, width, 1);
    FloatBufferTensor b = random(rows, width, 2);
    AbstractTensor<?, ?> weights = stored(b, right);
    AbstractTensor<?, ?> tokens = stored(a, left);
    double[][] wanted = product(values(tokens, most, width), values(weights, rows, width));
    IntStream.concat(IntStream.rangeClosed(1, 40), IntStream.of(64, 255, 256, 257))
        .filter(count -> count <= most)
        .forEach(
            count -> {
              FloatBufferTensor batch = random(count, width, 1); // the first rows of a
              check(types, stored(batch, left), weights, count, rows, width, wanted);
            });
  }

  private static void check(
      String types,
      AbstractTensor<?, ?> tokens,
      AbstractTensor<?, ?> weights,
      int count,
      int rows,
      int width,
      double[][] wanted) {
    FloatBufferTensor result = new FloatBufferTensor(count, rows);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < rows; j++) {
        result.set(Float.intBitsToFloat(MARKER), i, j);
      }
    }
    VectorMath.pchunk(
        0,
        rows,
        (start, length) ->
            TensorOperationsProvider.get()
                .dotProductChunk(result, tokens, weights, 0, width, start, length));
    int left = 0;
    int wrong = 0;
    double tolerance = 1e-5 * width;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < rows; j++) {
        float got = result.get(i, j);
        if (Float.floatToRawIntBits(got) == MARKER) {
          left++;
        } else if (!(Math.abs(got - wanted[i][j]) <= tolerance)) {
          wrong++;
        }
      }
    }
    System.out.printf("product %s %d %d %d %d %d%n", types, count, rows, width, left, wrong);
  }

  private static FloatBufferTensor random(int rows, int width, long seed) {
    Random random = new Random(seed);
    FloatBufferTensor tensor = new FloatBufferTensor(rows, width);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        tensor.set(random.nextFloat() * 2 - 1, i, j);
      }
    }
    return tensor;
  }

  private static AbstractTensor<?, ?> stored(FloatBufferTensor tensor, DType type) {
    return switch (type) {
      case F32 -> tensor;
      case BF16 -> new BFloat16BufferTensor(tensor);
      case I8 -> new Q8ByteBufferTensor(tensor);
      case Q4 -> new Q4ByteBufferTensor(tensor);
      default -> throw new IllegalArgumentException("no weights of type " + type);
    };
  }

  private static double[][] values(AbstractTensor<?, ?> tensor, int rows, int width) {
    double[][] values = new double[rows][width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        values[i][j] = tensor.get(i, j);
      }
    }
    return values;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b.length];
    IntStream.range(0, a.length)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j < b.length; j++) {
                double sum = 0;
                for (int k = 0; k < a[i].length; k++) {
                  sum += a[i][k] * b[j][k];
                }
                product[i][j] = sum;
              }
            });
    return product;
  }
}
