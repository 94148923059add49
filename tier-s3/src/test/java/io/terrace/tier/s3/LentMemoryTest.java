/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.TierException;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A caller's memory is left alone from the moment on that it is back, whatever still comes. */
final class LentMemoryTest {
  private final TestChunk chunk = new TestChunks(23).full(1);
  private final Buffers buffers = new Buffers(1);

  /** Bytes without an end, which no interrupt stops; at one byte the caller leaves. */
  private static final class Endless extends InputStream {
    private final Runnable leave;
    private final long at;
    private long given;

    Endless(long at, Runnable leave) {
      this.at = at;
      this.leave = leave;
    }

    @Override
    public int read() {
      if (given++ == at) {
        leave.run();
      }
      return 1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      target[offset] = (byte) read();
      return 1;
    }
  }

  @Test
  void aDownloadWritesNothingOnceTheCallerHasLeft() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment target = arena.allocate(chunk.payload().byteSize());
      Download download = new Download((header, bytes) -> target, buffers);
      long objectBytes = 4096 + target.byteSize();
      InputStream object = new Endless(4096 + 100, download::takeBack);
      AtomicInteger broken = new AtomicInteger();
      assertThatThrownBy(() -> download.from(object, objectBytes, broken::incrementAndGet))
          .isInstanceOf(TierException.class);
      assertThat(broken.get()).isOne();
      download.takeBack();
      assertThat(broken.get()).as("of what has ended").isOne();
      byte[] seen = target.toArray(JAVA_BYTE);
      assertThat(seen).startsWith(1, 1, 1);
      for (int i = 100; i < seen.length; i++) {
        assertThat(seen[i]).as("byte %d", i).isZero();
      }
    }
  }

  @Test
  void aDownloadAsksNoSinkOnceTheCallerHasLeft() {
    Download download =
        new Download(
            (header, bytes) -> {
              throw new AssertionError("asked");
            },
            buffers);
    InputStream object = new Endless(10, download::takeBack);
    assertThatThrownBy(() -> download.from(object, 8192, () -> {}))
        .isInstanceOf(TierException.class);
  }

  @Test
  void anUploadReadsNothingOnceTheCallerHasLeft() throws Exception {
    Upload upload = new Upload(chunk.bytes());
    try (InputStream sent = upload.open()) {
      assertThat(sent.readNBytes(4200)).hasSize(4200);
      upload.takeBack();
      assertThatThrownBy(sent::read).hasMessageContaining("nobody waits");
    }
    try (InputStream again = upload.open()) {
      assertThatThrownBy(again::read).hasMessageContaining("nobody waits");
    }
  }

  @Test
  void anUploadIsHeaderAndPayloadAsOftenAsItIsRead() throws Exception {
    Upload upload = new Upload(chunk.bytes());
    byte[] header = chunk.headerBytes();
    byte[] payload = chunk.payloadBytes();
    for (int round = 0; round < 2; round++) {
      try (InputStream sent = upload.open()) {
        assertThat(sent.readNBytes(header.length)).isEqualTo(header);
        assertThat(sent.readAllBytes()).isEqualTo(payload);
      }
    }
    try (InputStream part = upload.open(header.length + 10, 20)) {
      assertThat(part.readAllBytes()).isEqualTo(Arrays.copyOfRange(payload, 10, 30));
    }
  }

  @Test
  void memoryOfOneThreadTakesNoPart() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment confined = arena.allocate(8);
      assertThatThrownBy(() -> Borrowed.of(confined))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("confined");
    }
  }
}
