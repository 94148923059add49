/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.format.ChunkFault.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is cut off or turned over, a stored chunk is not believed, and the fault says where. */
final class HeaderDamageTest {
  private static ChunkFault fault(MemorySegment header, long payloadBytes) {
    ChunkFault fault = new ChunkHeader(header).fault(payloadBytes);
    return Objects.requireNonNull(fault, "damage was not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1-full.chunk", "v1-tail.chunk", "v1-reference.chunk", "v1-aes.chunk"})
  void everyCutIsFound(String name) {
    MemorySegment file = Golden.file(name);
    for (long length = 0; length < file.byteSize(); length++) {
      long headerBytes = Math.min(length, ChunkHeader.BYTES);
      ChunkFault fault = fault(file.asSlice(0, headerBytes), length - headerBytes);
      assertThat(fault.kind()).as("cut to %d bytes", length).isEqualTo(Kind.TRUNCATED);
      assertThat(fault.from()).as("the first byte that is not there").isEqualTo(length);
      assertThat(fault.to()).isGreaterThan(length).isLessThanOrEqualTo(file.byteSize());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1-full.chunk", "v1-tail.chunk", "v1-reference.chunk", "v1-aes.chunk"})
  void everyByteTooManyIsFound(String name) {
    MemorySegment file = Golden.file(name);
    long payloadBytes = file.byteSize() - ChunkHeader.BYTES;
    for (long more : new long[] {1, 2, 4096, Integer.MAX_VALUE}) {
      ChunkFault fault = fault(Golden.header(file), payloadBytes + more);
      assertThat(fault.kind()).isEqualTo(Kind.OVERSIZED);
      assertThat(fault.from()).isEqualTo(file.byteSize());
      assertThat(fault.to()).isEqualTo(file.byteSize() + more);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1-full.chunk", "v1-tail.chunk", "v1-reference.chunk", "v1-mac.chunk"})
  void everyBitThatTurnsOverIsFound(String name) {
    MemorySegment file = Golden.file(name);
    long payloadBytes = file.byteSize() - ChunkHeader.BYTES;
    MemorySegment header = Arena.ofAuto().allocate(ChunkHeader.BYTES, 4096);
    for (int bit = 0; bit < 8 * ChunkHeader.BYTES; bit++) {
      header.copyFrom(Golden.header(file));
      byte before = header.get(ValueLayout.JAVA_BYTE, bit / 8);
      header.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << (bit % 8)));
      ChunkFault fault = fault(header, payloadBytes);
      long at = bit / 8;
      assertThat(fault.from()).as("%s, bit %d", fault, bit).isLessThanOrEqualTo(at);
      assertThat(fault.to()).as("%s, bit %d", fault, bit).isGreaterThan(at);
      assertThat(fault.kind()).as("byte %d", at).isEqualTo(expected(at, header));
    }
  }

  private static Kind expected(long at, MemorySegment header) {
    if (at < HeaderLayout.VERSION) {
      return Kind.FOREIGN;
    }
    if (at < HeaderLayout.LENGTH) {
      return new ChunkHeader(header).version() == 0 ? Kind.OLDER : Kind.NEWER;
    }
    return at < HeaderLayout.FLAGS ? Kind.NEWER : Kind.HEADER_DAMAGED;
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1-full.chunk", "v1-tail.chunk"})
  void everyBitOfThePayloadChangesItsChecksum(String name) {
    MemorySegment file = Golden.file(name);
    ChunkHeader header = new ChunkHeader(Golden.header(file));
    MemorySegment payload = Golden.payload(file);
    for (long bit = 0; bit < 8 * payload.byteSize(); bit++) {
      byte before = payload.get(ValueLayout.JAVA_BYTE, bit / 8);
      payload.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << (bit % 8)));
      assertThat(header.checksumKind().of(payload)).isNotEqualTo(header.payloadChecksum());
      payload.set(ValueLayout.JAVA_BYTE, bit / 8, before);
    }
    assertThat(header.checksumKind().of(payload)).isEqualTo(header.payloadChecksum());
  }
}
