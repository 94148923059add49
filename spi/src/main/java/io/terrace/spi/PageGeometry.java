/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * The shape of a page: {@code [layers][K|V][chunkTokens][kvHeads × headSize]}, contiguous, row
 * major. In {@link DataType#Q8} each plane {@code [chunkTokens][kvHeads × headSize]} begins with a
 * scale for each channel.
 *
 * @param layers layers whose KV a page holds, at least 1
 * @param kvHeads key and value heads of a layer, at least 1
 * @param headSize elements of one head, at least 1
 * @param chunkTokens positions that a page has room for, a power of two
 * @param dataType type of an element
 */
public record PageGeometry(
    int layers, int kvHeads, int headSize, int chunkTokens, DataType dataType) {

  /** Checks every bound, and that a page is addressable by an {@code int} (under 2 GiB). */
  public PageGeometry {
    requirePositive(layers, "layers");
    requirePositive(kvHeads, "kvHeads");
    requirePositive(headSize, "headSize");
    if (chunkTokens < 1 || Integer.bitCount(chunkTokens) != 1) {
      throw new IllegalArgumentException("chunkTokens must be a power of two, got " + chunkTokens);
    }
    double bytes = 2.0 * layers * kvHeads * headSize * dataType.bytes(); // a long could overflow
    double scales = 2.0 * layers * kvHeads * headSize * scaleBytes(dataType);
    if (bytes * chunkTokens + scales > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a page must be smaller than 2 GiB: a token takes "
              + (long) bytes
              + " bytes, so choose a smaller chunkTokens than "
              + chunkTokens);
    }
  }

  /** Elements of the keys (or values) of one position in one layer. */
  public int kvLength() {
    return kvHeads * headSize;
  }

  /** Bytes of one position in one layer, keys or values. */
  public int rowBytes() {
    return kvLength() * dataType.bytes();
  }

  /** Bytes of the keys (or the values) of one layer in a page. */
  public int planeBytes() {
    return planeBytes(chunkTokens);
  }

  private int planeBytes(int positions) {
    return scalesBytes() + rowBytes() * positions;
  }

  /** Bytes of the scales that a plane begins with: 0 but for {@link DataType#Q8}. */
  public int scalesBytes() {
    return kvLength() * scaleBytes(dataType);
  }

  private static int scaleBytes(DataType dataType) {
    return dataType == DataType.Q8 ? Float.BYTES : 0;
  }

  /** Bytes of KV that one token takes in all layers. */
  public int tokenBytes() {
    return 2 * layers * rowBytes();
  }

  /** Bytes of a page. */
  public int pageBytes() {
    return compactBytes(chunkTokens);
  }

  /** Bytes of the first so many positions of a page, when each plane is as long as they need. */
  public int compactBytes(int positions) {
    return 2 * layers * planeBytes(positions);
  }

  /** Offset of the keys of {@code layer}, in bytes from the start of the page. */
  public int keyOffset(int layer) {
    return 2 * layer * planeBytes();
  }

  /** Offset of the values of {@code layer}, in bytes from the start of the page. */
  public int valueOffset(int layer) {
    return (2 * layer + 1) * planeBytes();
  }

  private static void requirePositive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
