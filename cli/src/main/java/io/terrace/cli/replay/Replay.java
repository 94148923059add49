/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.replay;

import io.terrace.cli.replay.Trace.Request;
import io.terrace.loader.Policies;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.Lease;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.Settings;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * A trace against the tier in memory, as sessions use it, with pages that hold nothing: what is
 * there of a prompt is borrowed from its beginning on, the rest is stored behind it, and all of it
 * is in use until then. Time is that of the trace.
 */
public final class Replay {
  /** The name of what is no policy, but the bound for all of them. */
  public static final String CLAIRVOYANT = "clairvoyant";

  /** Tokens of a block, which play no role but for the tier's least capacity. */
  private static final PageGeometry BLOCK = new PageGeometry(1, 1, 1, 512, DataType.F32);

  private static final MemorySegment HEADER =
      MemorySegment.ofArray(new byte[Chunk.HEADER_BYTES]).asReadOnly();
  private static final ChunkKey ROOT = key(-1);

  private final Trace trace;
  private Instant now = Instant.EPOCH;

  /** For one run. */
  private Replay(Trace trace) {
    this.trace = trace;
  }

  /**
   * Runs a trace.
   *
   * @param policy its name, or {@link #CLAIRVOYANT}
   * @param blocks that there is room for, at least 256
   * @return of all blocks wanted, the share that was there as part of an unbroken prefix
   * @throws io.terrace.spi.config.ConfigException if there is no such policy
   */
  public static double hitRate(Trace trace, String policy, int blocks) {
    long hits =
        policy.equals(CLAIRVOYANT)
            ? new Clairvoyant(trace, blocks).hits()
            : new Replay(trace).hits(policy, blocks);
    return hits / (double) trace.wanted();
  }

  private long hits(String policy, int blocks) {
    KvTierProvider provider =
        ServiceLoader.load(KvTierProvider.class, Policies.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.type().equals("cpu"))
            .findFirst()
            .orElseThrow();
    String bytes = String.valueOf((long) blocks * BLOCK.pageBytes());
    Settings settings =
        Settings.of(provider.options(), Map.of("capacity", bytes, "eviction", policy));
    try (KvTier tier = provider.open(settings, Policies.ofThisJar().with(new Context()))) {
      long hits = 0;
      for (Request request : trace.requests()) {
        now = Instant.ofEpochMilli(request.millis());
        hits += hits(tier, request.blocks());
      }
      return hits;
    } catch (TierException e) {
      throw new IllegalStateException("the tier in memory failed", e);
    }
  }

  private int hits(KvTier tier, int[] blocks) throws TierException {
    List<Lease> there = new ArrayList<>();
    for (int block : blocks) {
      Lease lease = tier.lease(key(block), Deadline.NEVER);
      if (lease == null) {
        break;
      }
      there.add(lease);
    }
    List<Page> computed = new ArrayList<>();
    for (int i = there.size(); i < blocks.length; i++) {
      Page page = new EmptyPage();
      computed.add(page);
      ChunkKey parent = i == 0 ? ROOT : key(blocks[i - 1]);
      int start = i * BLOCK.chunkTokens();
      ChunkDescriptor chunk =
          new ChunkDescriptor(key(blocks[i]), parent, start, BLOCK.chunkTokens(), BLOCK);
      if (tier.write(Chunk.ofPage(chunk, HEADER, page), Deadline.NEVER) != WriteResult.STORED) {
        break;
      }
    }
    there.forEach(Lease::close);
    computed.forEach(Page::release);
    return there.size();
  }

  private static ChunkKey key(int block) {
    byte[] bytes = new byte[ChunkKey.BYTES];
    ByteBuffer.wrap(bytes).putInt(Integer.reverse(block)).putInt(block);
    return ChunkKey.of(bytes, 0);
  }

  private final class Context implements TierContext {
    @Override
    public long pageBudgetBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public InstantSource clock() {
      return () -> now;
    }

    @Override
    public void evicted(ChunkKey key) {}
  }

  /** A page that holds nothing. For one thread. */
  private static final class EmptyPage implements Page {
    private int references = 1;

    @Override
    public MemorySegment segment() {
      return MemorySegment.NULL;
    }

    @Override
    public PageGeometry geometry() {
      return BLOCK;
    }

    @Override
    public void retain() {
      references++;
    }

    @Override
    public void release() {
      references--;
    }

    @Override
    public int references() {
      return references;
    }
  }
}
