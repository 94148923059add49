/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.format.ChunkHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Rules 5xx: listing. */
interface ListingRules extends Rules {
  private Set<ChunkKey> keysOnce(List<StoredChunk> listed) {
    Set<ChunkKey> keys = new HashSet<>();
    for (StoredChunk chunk : listed) {
      Expect.that(
          keys.add(chunk.key()),
          "chunk " + chunk.key() + " was listed twice",
          "that a part begins behind the last one, and that the order holds from part to part");
    }
    return keys;
  }

  @Test
  default void rule_501_everyChunkIsListedOnce() throws Exception {
    Set<ChunkKey> stored = new HashSet<>();
    for (int i = 0; i < 11; i++) {
      stored.add(bench().store(bench().chunks().full(i)).key());
    }
    stored.add(bench().store(bench().chunks().tail(20, 20, 1)).key());
    for (int limit : new int[] {1, 2, 5, 12, 1000}) {
      Set<ChunkKey> listed = keysOnce(bench().listAll(bench().tier(), limit));
      String what = "chunks listed " + limit + " at a time";
      Expect.same(stored, listed, what, "that no chunk is lost between two parts");
    }
  }

  @Test
  default void rule_502_sizeAndLastUseAreThoseOfTheChunk() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    StoredChunk listed = bench().listAll(bench().tier(), 10).getFirst();
    long least = ChunkHeader.BYTES + chunk.payload().byteSize();
    Expect.that(
        listed.bytes() >= least,
        "a chunk of " + least + " bytes is listed with " + listed.bytes(),
        "that bytes counts header and payload");
    Duration age = Duration.between(listed.lastUse(), Instant.now()).abs();
    Expect.that(
        age.compareTo(Duration.ofDays(2)) < 0,
        "a chunk written a moment ago was used last at " + listed.lastUse(),
        "units and time zone of lastUse");
  }

  @Test
  default void rule_503_whatStaysIsListedWhateverComesAndGoes() throws Exception {
    KvTier tier = bench().tier();
    Set<ChunkKey> staying = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      staying.add(bench().store(bench().chunks().full(i)).key());
    }
    List<TestChunk> passing = new ArrayList<>();
    for (int i = 100; i < 104; i++) {
      passing.add(bench().chunks().full(i));
    }
    AtomicBoolean over = new AtomicBoolean();
    Running<Boolean> traffic = bench().start(() -> comeAndGo(tier, passing, over));
    try {
      for (int i = 0; i < bench().contract().rounds() / 10; i++) {
        Set<ChunkKey> listed = keysOnce(bench().listAll(tier, 1 + i % 4));
        String check = "that chunks that come and go do not shift the others out of a listing";
        Expect.that(listed.containsAll(staying), "a chunk that stays was not listed", check);
      }
    } finally {
      over.set(true);
    }
    traffic.result("writing and removing", "that listing blocks nobody for ever");
  }

  private boolean comeAndGo(KvTier tier, List<TestChunk> passing, AtomicBoolean over)
      throws Exception {
    while (!over.get()) {
      for (TestChunk chunk : passing) {
        bench().write(chunk);
      }
      for (TestChunk chunk : passing) {
        tier.remove(chunk.key(), bench().inTime());
      }
    }
    return true;
  }
}
