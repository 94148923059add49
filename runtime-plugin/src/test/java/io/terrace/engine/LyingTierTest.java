/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Capabilities;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tier that says what is not so: never a wrong position, never a page that is lost. */
final class LyingTierTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray();

  private final InMemoryStore store = new InMemoryStore();

  /** What a tier can say of a read, beside the truth. */
  enum Lie {
    FOUND_AND_ASKED_NOBODY,
    FOUND_AND_FILLED_NOTHING,
    FOUND_AND_FILLED_HALF,
    SHORTER_THAN_IT_IS,
    LONGER_THAN_IT_IS,
    NO_OUTCOME,
    TELLS_NOBODY,
    TELLS_TWICE
  }

  private static final class Liar extends ForwardingTier {
    private final Lie lie;

    Liar(KvTier right, Lie lie) {
      super(right);
      this.lie = lie;
    }

    @Override
    @SuppressWarnings("NullAway") // what a tier in another language could do
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      switch (lie) {
        case FOUND_AND_ASKED_NOBODY -> {
          return ReadOutcome.FOUND;
        }
        case NO_OUTCOME -> {
          return null;
        }
        default -> {
          right.read(key, (header, bytes) -> told(sink, header, bytes), deadline);
          return ReadOutcome.FOUND;
        }
      }
    }

    /**
     * Tells the sink, fills as much as the lie wants, and keeps the store from filling the rest.
     */
    private @Nullable MemorySegment told(ChunkSink sink, MemorySegment header, long bytes) {
      long change =
          switch (lie) {
            case SHORTER_THAN_IT_IS -> -1;
            case LONGER_THAN_IT_IS -> 1;
            default -> 0;
          };
      MemorySegment memory = sink.accept(header, bytes + change);
      if (memory != null && lie == Lie.FOUND_AND_FILLED_HALF) {
        memory.asSlice(0, memory.byteSize() / 2).fill((byte) 1);
      }
      return null;
    }

    @Override
    public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
      switch (lie) {
        case TELLS_NOBODY -> {}
        case TELLS_TWICE -> {
          right.readAll(requests, deadline);
          right.readAll(requests, deadline);
        }
        default -> {
          for (ReadRequest request : requests) {
            try {
              request.done(read(request.key(), request.sink(), deadline));
            } catch (TierException e) {
              request.failed(e);
            }
          }
        }
      }
    }
  }

  @BeforeEach
  void stored() {
    try (Instance writer = Instance.withMemory(SOON, context -> new InMemoryTier(store, context))) {
      writer.ask(PROMPT);
      writer.flush();
    }
  }

  /** Asks twice: every position is checked, and every page must be given back. */
  @ParameterizedTest
  @EnumSource
  void aboutWhatItRead(Lie lie) {
    try (Instance reader =
        Instance.withMemory(SOON, context -> new Liar(new InMemoryTier(store, context), lie))) {
      int reused = reader.ask(PROMPT);
      assertThat(reused).isEqualTo(lie == Lie.TELLS_TWICE ? 192 : 0);
      assertThat(reader.ask(PROMPT)).as("from memory").isGreaterThanOrEqualTo(192);
      if (lie == Lie.FOUND_AND_FILLED_NOTHING || lie == Lie.FOUND_AND_FILLED_HALF) {
        assertThat(reader.counters("tier1").faults(Kind.PAYLOAD_DAMAGED).sum()).isPositive();
      }
    }
  }

  /** Everything that a tier can claim of itself without being so. */
  private static final class Claims extends ForwardingTier {
    private final boolean present;

    Claims(KvTier right, boolean present) {
      super(right);
      this.present = present;
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(true, true, true, false, true, Capabilities.MAX_ALIGNMENT, 1024);
    }

    @Override
    public boolean contains(ChunkKey key, Deadline deadline) {
      return present;
    }

    @Override
    public BitSet containsAll(List<ChunkKey> keys, Deadline deadline) {
      BitSet all = new BitSet();
      all.set(0, present ? keys.size() + 100 : 0);
      return all;
    }

    @Override
    public @Nullable Lease lease(ChunkKey key, Deadline deadline) {
      return null;
    }

    @Override
    public Listing list(@Nullable String after, int limit, Deadline deadline) {
      return new Listing(List.of(), "again");
    }
  }

  @Test
  void aboutWhatItCanDo() {
    try (Instance reader =
        Instance.withMemory(SOON, context -> new Claims(new InMemoryTier(store, context), true))) {
      assertThat(reader.ask(PROMPT)).as("read, since nothing is lent").isEqualTo(192);
      assertThat(reader.failures()).isEmpty();
    }
  }

  @Test
  void aboutWhatItHas() {
    try (Instance reader =
        Instance.withMemory(
            SOON, context -> new Claims(new InMemoryTier(new InMemoryStore(), context), true))) {
      assertThat(reader.ask(PROMPT)).isZero();
      assertThat(reader.ask(PROMPT)).as("from memory").isGreaterThanOrEqualTo(192);
      assertThat(reader.failures()).isEmpty();
    }
  }
}
