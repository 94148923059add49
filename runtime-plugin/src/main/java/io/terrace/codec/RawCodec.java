/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.Encoding;
import java.lang.foreign.MemorySegment;

/** Stores payloads as they are, so that encoding never makes one smaller. */
final class RawCodec implements Codec {
  @Override
  public Encoding encoding() {
    return Encoding.RAW;
  }

  @Override
  public long encode(MemorySegment raw, int elementBytes, MemorySegment target) {
    return -1;
  }

  @Override
  public void decode(MemorySegment stored, int elementBytes, MemorySegment raw)
      throws CodecException {
    if (stored.byteSize() != raw.byteSize()) {
      throw new CodecException(
          stored.byteSize() + " bytes are stored raw, of " + raw.byteSize() + " wanted");
    }
    raw.copyFrom(stored);
  }

  @Override
  public void close() {}
}
