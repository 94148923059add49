/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device.cuda;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Random K and V of some positions in pages of a device, and attention over them both ways. */
final class DeviceKv implements AutoCloseable {
  private final Random random = new Random(7);
  private final Arena arena = Arena.ofConfined();
  private final AttentionKernel.Shape shape;
  private final PageGeometry geometry;
  private final int pages;
  private final MemorySegment host; // all pages, one behind the other
  private final CudaDevice device;
  private final CudaStream stream;
  private final Kernels kernels;
  private final AttentionKernel kernel;
  private final long memory;
  private final long table;

  DeviceKv(CudaDevice device, AttentionKernel.Shape shape, int positions) throws Exception {
    this.shape = shape;
    geometry = shape.geometry();
    pages = (positions - 1) / geometry.chunkTokens() + 1;
    host = arena.allocate((long) pages * geometry.pageBytes());
    host.fill((byte) 0xFF); // NaN, behind the last position
    for (int position = 0; position < positions; position++) {
      for (int layer = 0; layer < geometry.layers(); layer++) {
        for (int i = 0; i < geometry.kvLength(); i++) {
          put(layer, true, position, i, (float) random.nextGaussian());
          put(layer, false, position, i, (float) random.nextGaussian());
        }
      }
    }
    this.device = device;
    stream = device.stream();
    kernels = new Kernels(device);
    kernel = new AttentionKernel(kernels);
    memory = device.allocate(host.byteSize());
    table = device.allocate(8L * pages);
    stream.copyToDevice(memory, host);
    long[] addresses = new long[pages];
    for (int i = 0; i < pages; i++) {
      addresses[i] = memory + (long) i * geometry.pageBytes();
    }
    stream.copyToDevice(table, arena.allocateFrom(ValueLayout.JAVA_LONG, addresses));
  }

  /** An address of nothing in the place of a page's. */
  void forgetPage(int page) throws CudaException {
    stream.copyToDevice(table + 8L * page, arena.allocate(ValueLayout.JAVA_LONG));
  }

  float[] random(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private long at(int layer, boolean key, int position, int i) {
    int page = position / geometry.chunkTokens();
    int row = position % geometry.chunkTokens();
    long plane = key ? geometry.keyOffset(layer) : geometry.valueOffset(layer);
    long element = (long) row * geometry.kvLength() + i;
    return (long) page * geometry.pageBytes() + plane + element * geometry.dataType().bytes();
  }

  private void put(int layer, boolean key, int position, int i, float value) {
    long at = at(layer, key, position, i);
    if (geometry.dataType() == DataType.F32) {
      host.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, value);
    } else {
      short upper = (short) (Float.floatToRawIntBits(value) >>> 16);
      host.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, upper);
    }
  }

  private float get(int layer, boolean key, int position, int i) {
    long at = at(layer, key, position, i);
    return geometry.dataType() == DataType.F32
        ? host.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at)
        : Float.intBitsToFloat(host.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << 16);
  }

  /** The values of the first KV head of a position. */
  float[] values(int layer, int position) {
    float[] values = new float[geometry.headSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(layer, false, position, i);
    }
    return values;
  }

  /** Stores K and V of rows of a layer by the kernel, as the host has them. */
  void store(int layer, int first, int rows) throws CudaException {
    store(layer, first, rows, true);
  }

  /** Stores zeros there. */
  void wipe(int layer, int first, int rows) throws CudaException {
    store(layer, first, rows, false);
  }

  private void store(int layer, int first, int rows, boolean content) throws CudaException {
    int bytes = geometry.rowBytes();
    MemorySegment both = arena.allocate(2L * rows * bytes);
    for (int row = 0; row < rows && content; row++) {
      long key = at(layer, true, first + row, 0);
      long value = at(layer, false, first + row, 0);
      MemorySegment.copy(host, key, both, (long) row * bytes, bytes);
      MemorySegment.copy(host, value, both, (long) (rows + row) * bytes, bytes);
    }
    long from = device.allocate(both.byteSize());
    stream.copyToDevice(from, both);
    kernel.store(stream, geometry, layer, table, from, first, rows);
    stream.synchronize();
    device.free(from);
  }

  /** Where the device's pages differ from the host's; -1 if nowhere. */
  long mismatch() throws CudaException {
    MemorySegment back = arena.allocate(host.byteSize());
    stream.copyToHost(back, memory);
    stream.synchronize();
    return back.mismatch(host);
  }

  /** Attention by the kernel. */
  float[] attend(int layer, float[] queries, int first, int rows) throws CudaException {
    long bytes = 4L * queries.length;
    long in = device.allocate(bytes);
    long out = device.allocate(bytes);
    MemorySegment result = arena.allocate(bytes);
    stream.copyToDevice(in, arena.allocateFrom(ValueLayout.JAVA_FLOAT, queries));
    kernel.attend(stream, shape, layer, table, in, out, first, rows);
    stream.copyToHost(result, out);
    stream.synchronize();
    device.free(in);
    device.free(out);
    return result.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Attention by its formula, with 64 bits. */
  double[] formula(int layer, float[] queries, int first, int rows) {
    int size = geometry.headSize();
    double[] result = new double[queries.length];
    for (int row = 0; row < rows; row++) {
      for (int head = 0; head < shape.heads(); head++) {
        int at = (row * shape.heads() + head) * size;
        int column = head / (shape.heads() / geometry.kvHeads()) * size;
        double[] weights = new double[first + row + 1];
        double sum = 0;
        for (int position = 0; position < weights.length; position++) {
          double score = 0;
          for (int i = 0; i < size; i++) {
            score += (double) queries[at + i] * get(layer, true, position, column + i);
          }
          score *= shape.scale();
          if (shape.softCap() > 0) {
            score = shape.softCap() * Math.tanh(score / shape.softCap());
          }
          weights[position] = Math.exp(score);
          sum += weights[position];
        }
        for (int position = 0; position < weights.length; position++) {
          for (int i = 0; i < size; i++) {
            result[at + i] += weights[position] / sum * get(layer, false, position, column + i);
          }
        }
      }
    }
    return result;
  }

  @Override
  public void close() throws CudaException {
    kernels.close();
    device.free(memory);
    device.free(table);
    stream.close();
    device.close();
    arena.close();
  }
}
