/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.CachedChunk;
import io.terrace.spi.ChunkKey;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Caffeine gives up goes first. */
final class TinyLfuTest {
  private static final int CAPACITY = 100;

  private final TinyLfu policy = new TinyLfu(CAPACITY);

  private record Chunk(ChunkKey key, @Nullable CachedChunk parent) implements CachedChunk {
    @Override
    public int positions() {
      return 256;
    }

    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public long usedAtMillis() {
      return 0;
    }
  }

  private static Chunk chunk(int number, @Nullable CachedChunk parent) {
    byte[] key = new byte[ChunkKey.BYTES];
    ByteBuffer.wrap(key).putInt(number);
    return new Chunk(ChunkKey.of(key, 0), parent);
  }

  private List<Chunk> used(int from, int to) {
    List<Chunk> chunks = IntStream.range(from, to).mapToObj(i -> chunk(i, null)).toList();
    chunks.forEach(chunk -> policy.used(chunk, 0));
    return chunks;
  }

  private long kept(List<Chunk> chunks) {
    return chunks.stream().filter(chunk -> policy.worth(chunk, 0) > 0).count();
  }

  @Test
  void whatIsUsedOftenOutlivesWhatIsSeenOnce() {
    List<Chunk> often = used(0, 50);
    for (int i = 0; i < 8; i++) {
      used(0, 50);
    }
    assertThat(kept(often)).isEqualTo(50);
    List<Chunk> once = used(1_000, 2_000);
    assertThat(kept(often)).as("after a scan").isGreaterThan(40);
    assertThat(kept(once)).isLessThanOrEqualTo(60);
  }

  @Test
  void whatFollowsSomethingThatGoesIsWorthNothingEither() {
    Chunk first = chunk(-1, null);
    policy.used(first, 0);
    used(0, 10 * CAPACITY);
    Chunk behind = chunk(-2, first);
    policy.used(behind, 0);
    assertThat(policy.worth(first, 0)).isZero();
    assertThat(policy.worth(behind, 0)).isZero();
  }

  @Test
  void whatIsGoneIsForgotten() {
    List<Chunk> all = used(0, 2 * CAPACITY);
    all.forEach(policy::gone);
    List<Chunk> few = used(0, CAPACITY / 2);
    assertThat(kept(few)).isEqualTo(CAPACITY / 2);
  }
}
