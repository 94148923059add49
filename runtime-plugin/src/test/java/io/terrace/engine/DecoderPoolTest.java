/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What decoders own is no part of the pool's budget: after a rush few of them are kept. */
final class DecoderPoolTest {
  private static final int MOST_IDLE = 3;
  private static final int AT_ONCE = 10;

  private int made;

  private final DecoderPool pool =
      new DecoderPool(
          new ChunkCoding() {
            private final ChunkCoding raw = new RawCoding();

            @Override
            public boolean storesPages() {
              return raw.storesPages();
            }

            @Override
            public ChunkEncoder encoder() {
              return raw.encoder();
            }

            @Override
            public ChunkDecoder decoder() {
              made++;
              return raw.decoder();
            }
          },
          MOST_IDLE);

  private Set<ChunkDecoder> take(int count) {
    return new HashSet<>(Stream.generate(pool::take).limit(count).toList());
  }

  @Test
  void oneAfterTheOtherIsTheSame() {
    IntStream.range(0, AT_ONCE).forEach(i -> pool.giveBack(pool.take()));
    assertThat(made).isEqualTo(1);
  }

  @Test
  void afterManyAtOnceAFewAreKept() {
    Set<ChunkDecoder> before = take(AT_ONCE);
    assertThat(before).as("nobody waits for one").hasSize(AT_ONCE);
    before.forEach(pool::giveBack);
    Set<ChunkDecoder> after = take(AT_ONCE);
    assertThat(after).hasSize(AT_ONCE);
    after.retainAll(before);
    assertThat(after).hasSize(MOST_IDLE);
    assertThat(made).isEqualTo(2 * AT_ONCE - MOST_IDLE);
  }
}
