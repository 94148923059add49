/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.CachedChunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.EvictionPolicyProvider;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The policy by itself; against traces it runs in the tier in memory, by {@code bench replay}. */
final class HitDensityTest {
  private static final long SECOND = 1_000;

  private final HitDensity policy = new HitDensity();
  private int next;

  private record Chunk(ChunkKey key, int positions, long bytes, long usedAtMillis)
      implements CachedChunk {
    @Override
    public @Nullable CachedChunk parent() {
      return null;
    }
  }

  private static Chunk chunk(int number, long usedAtMillis) {
    byte[] key = new byte[ChunkKey.BYTES];
    ByteBuffer.wrap(key).putInt(number);
    return new Chunk(ChunkKey.of(key, 0), 256, 1 << 20, usedAtMillis);
  }

  private Chunk used(long nowMillis) {
    Chunk chunk = chunk(next++, nowMillis);
    policy.used(chunk, nowMillis);
    return chunk;
  }

  /** Every other chunk is wanted again after ten seconds, the rest never. */
  private long taught() {
    long now = 0;
    for (int i = 0; i < 3_000; i++) {
      Chunk again = used(now);
      used(now);
      policy.used(again, now + 10 * SECOND);
      now += 20 * SECOND;
    }
    return now;
  }

  @Test
  void learnsWhatIsWantedAgain() {
    long now = taught();
    Chunk old = used(now - 100 * SECOND);
    Chunk fresh = used(now);
    assertThat(policy.worth(fresh, now)).isGreaterThan(10 * policy.worth(old, now)).isPositive();
  }

  @Test
  void whatIsLargeIsWorthLessForItsBytesAndWhatHoldsMoreIsWorthMore() {
    long now = taught();
    Chunk one = used(now);
    Chunk larger = new Chunk(one.key(), 256, 2 << 20, now);
    Chunk shorter = new Chunk(one.key(), 64, 1 << 20, now);
    assertThat(policy.worth(larger, now)).isEqualTo(policy.worth(one, now) / 2);
    assertThat(policy.worth(shorter, now)).isEqualTo(policy.worth(one, now) / 4);
  }

  /** That what is gone is wanted again teaches, too. */
  @Test
  void remembersWhatIsGone() {
    long now = 0;
    for (int i = 0; i < 5_000; i++) {
      Chunk chunk = used(now);
      policy.gone(chunk);
      policy.used(chunk, now + 10 * SECOND);
      policy.gone(chunk);
      now += 20 * SECOND;
    }
    assertThat(policy.worth(used(now), now)).isPositive();
  }

  @Test
  void whatIsUnknownIsWorthNothing() {
    Chunk chunk = chunk(next++, 0);
    policy.gone(chunk);
    assertThat(policy.worth(chunk, 5)).isZero();
  }

  @Test
  void policiesHaveNames() {
    assertThat(EvictionPolicies.open("lru", 1, List.of())).isInstanceOf(LeastRecentlyUsed.class);
    assertThat(EvictionPolicies.open("hit-density", 1, List.of())).isInstanceOf(HitDensity.class);
    EvictionPolicy made = new LeastRecentlyUsed();
    EvictionPolicyProvider other =
        new EvictionPolicyProvider() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public EvictionPolicy open(long capacityBytes) {
            return made;
          }
        };
    assertThat(EvictionPolicies.open("other", 1, List.of(other))).isSameAs(made);
    assertThatThrownBy(() -> EvictionPolicies.open("mru", 1, List.of(other)))
        .hasMessage("hit-density, lru, other");
  }
}
