/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Rules 30x: finding and reading. */
interface ReadingRules extends Rules {
  @Test
  default void rule_301_aMissIsAValue() throws Exception {
    RecordingSink sink = new RecordingSink();
    ChunkKey absent = bench().chunks().absent(1);
    ReadOutcome outcome = bench().tier().read(absent, sink, bench().inTime());
    Expect.same(ReadOutcome.MISSING, outcome, "reading what is not here", "that this is no error");
    Expect.same(0, sink.calls(), "how often the sink was asked", "that a miss asks no sink");
    bench().expectMissing(absent, "that a miss is a value, and no exception");
  }

  @Test
  default void rule_302_theSinkIsToldHeaderAndLength() throws Exception {
    for (int positions = 16; positions < 32; positions++) {
      TestChunk chunk = bench().store(bench().chunks().tail(positions, positions, 1));
      RecordingSink sink = new RecordingSink();
      bench().tier().read(chunk.key(), sink, bench().inTime());
      String check = "that the sink is asked once, with the stored header and the length behind it";
      Expect.same(1, sink.calls(), "how often the sink was asked", check);
      Expect.same(chunk.payload().byteSize(), sink.payloadBytes(), "the length told", check);
      Expect.bytes(chunk.headerBytes(), sink.header(), "the header told", check);
    }
  }

  @Test
  default void rule_303_containsAgreesWithRead() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    String check = "that contains looks where read looks";
    Expect.same(true, bench().tier().contains(chunk.key(), bench().inTime()), "contains", check);
    bench().tier().remove(chunk.key(), bench().inTime());
    bench().expectMissing(chunk.key(), check);
  }

  @Test
  default void rule_304_containsAllIsRightUpToTheFirstMiss() throws Exception {
    List<ChunkKey> keys = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      keys.add(i == 6 ? bench().chunks().absent(i) : bench().chunks().full(i).key());
      if (i != 6 && i != 8) {
        bench().store(bench().chunks().full(i));
      }
    }
    BitSet here = bench().tier().containsAll(keys, bench().inTime());
    String check = "that each index stands for the key at that place";
    Expect.same(6, here.nextClearBit(0), "the first index that is not here", check);
    Expect.that(!here.get(8) && here.length() <= 10, "made up: " + here, check);
    BitSet none = bench().tier().containsAll(List.of(), bench().inTime());
    Expect.same(0, none.length(), "what is here of no keys", check);
  }

  @Test
  default void rule_305_damageIsHandedOutAsItIsOrSetAside() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    byte[] whole = joined(chunk);
    boolean can = bench().contract().damage(chunk.key(), bytes -> bytes);
    assumeTrue(can, "the store cannot be damaged (hook damage)");
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << (i % 8));
      expectDamaged(chunk, damaged, "byte " + i);
    }
    replace(chunk, bytes -> whole);
    bench().expectFound(chunk, "that a mended chunk is a chunk");
  }

  @Test
  default void rule_306_aTruncatedChunkIsHandedOutAsItIsOrSetAside() throws Exception {
    TestChunk chunk = bench().store(bench().chunks().full(1));
    byte[] whole = joined(chunk);
    boolean can = bench().contract().damage(chunk.key(), bytes -> bytes);
    assumeTrue(can, "the store cannot be damaged (hook damage)");
    for (int length = 0; length < whole.length; length += length == 0 ? 1 : 13) {
      expectDamaged(chunk, Arrays.copyOf(whole, length), "cut to " + length + " bytes");
    }
    expectDamaged(chunk, Arrays.copyOf(whole, whole.length + 1), "one byte longer");
  }

  private void expectDamaged(TestChunk chunk, byte[] stored, String what) throws Exception {
    replace(chunk, bytes -> stored);
    RecordingSink sink = new RecordingSink();
    KvTier tier = bench().tier();
    ReadOutcome outcome;
    try {
      outcome = tier.read(chunk.key(), sink, bench().inTime());
    } catch (TierException e) {
      return;
    }
    if (outcome != ReadOutcome.MISSING) {
      int header = Math.min(ChunkHeader.BYTES, stored.length);
      String check = "that a tier hands out the bytes that are there, or none";
      Expect.bytes(Arrays.copyOf(stored, header), sink.header(), what + ", header", check);
      byte[] payload = Arrays.copyOfRange(stored, header, stored.length);
      Expect.bytes(payload, sink.payload(), what + ", payload", check);
    }
  }

  private void replace(TestChunk chunk, UnaryOperator<byte[]> change) throws Exception {
    if (!bench().contract().damage(chunk.key(), change)) {
      bench().store(chunk); // the tier had set it aside
      bench().contract().damage(chunk.key(), change);
    }
  }

  private static byte[] joined(TestChunk chunk) {
    byte[] payload = chunk.payloadBytes();
    byte[] joined = Arrays.copyOf(chunk.headerBytes(), ChunkHeader.BYTES + payload.length);
    System.arraycopy(payload, 0, joined, ChunkHeader.BYTES, payload.length);
    return joined;
  }
}
