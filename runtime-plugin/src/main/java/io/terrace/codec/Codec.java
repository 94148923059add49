/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import io.terrace.spi.format.Encoding;
import java.lang.foreign.MemorySegment;

/**
 * A lossless encoding of payloads. All memory is native; source and target do not overlap.
 *
 * <p>An instance owns the memory it works in and is used by one thread at a time. That memory goes
 * with {@link #close}, or when nobody holds the instance any more.
 */
public interface Codec extends AutoCloseable {
  /** What stands in the header of a chunk that is stored like this. */
  Encoding encoding();

  /**
   * Encodes a payload.
   *
   * @param elementBytes 1, 2 or 4: elements of so many bytes are what {@code raw} consists of
   * @param target as long as {@code raw}, or shorter; may hold anything afterwards
   * @return how many bytes of {@code target} are the payload now; -1 if it would not get smaller,
   *     or does not fit
   */
  long encode(MemorySegment raw, int elementBytes, MemorySegment target);

  /**
   * Takes {@link #encode} back. Nothing outside of {@code raw} is written, whatever {@code stored}
   * is.
   *
   * @param raw exactly as long as what was encoded
   * @throws CodecException if {@code stored} is not the encoding of so many bytes; {@code raw} may
   *     then hold anything
   */
  void decode(MemorySegment stored, int elementBytes, MemorySegment raw) throws CodecException;

  @Override
  void close();
}
