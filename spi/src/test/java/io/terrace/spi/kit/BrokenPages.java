/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;
import static io.terrace.spi.kit.BrokenTier.pages;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.Page;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tiers that count references wrong, or lend what they should not. */
final class BrokenPages {
  private BrokenPages() {}

  static List<BrokenTier> all() {
    return List.of(
        pages("lends without a reference", LendsForNothing::new, 601, 603, 604, 605)
            .maybe(801, 802, 803, 804, 805, 806, 821),
        bytes(
            "says that it lends",
            right -> new Says(right, right.capabilities().lending()),
            601,
            603,
            604,
            605),
        pages(
            "lends and does not say so",
            right -> new Says(right, Capabilities.inProcess().retainingPages()),
            602),
        pages("retains a page twice", RetainsTwice::new, 621, 623, 624, 625, 626, 628, 821),
        pages("retains a page that it does not keep", RetainsInVain::new, 622).maybe(821),
        pages("keeps the page of what was removed", KeepsRemoved::new, 623).maybe(628, 821),
        pages("releases all pages at every close", ReleasesAgain::new, 103, 624),
        pages("keeps the page of a read that was refused", KeepsRefused::new, 625),
        pages("reclaims what is in use", ReclaimsUsed::new, 626),
        pages("says that it reclaimed more", ReclaimsMore::new, 626),
        bytes("reclaims without pages", ReclaimsBytes::new, 627));
  }

  private static final class LendsForNothing extends ForwardingTier {
    LendsForNothing(KvTier right) {
      super(right);
    }

    @Override
    public @Nullable Lease lease(ChunkKey key, Deadline deadline) throws TierException {
      Lease lease = right.lease(key, deadline);
      if (lease != null) {
        lease.page().release();
      }
      return lease;
    }
  }

  private static final class RetainsTwice extends ForwardingTier {
    RetainsTwice(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = right.write(chunk, deadline);
      if (result == WriteResult.STORED) {
        chunk.page().retain();
      }
      return result;
    }
  }

  private static final class RetainsInVain extends ForwardingTier {
    RetainsInVain(KvTier right) {
      super(right);
    }

    @Override
    public WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      WriteResult result = right.write(chunk, deadline);
      if (result == WriteResult.PRESENT) {
        chunk.page().retain();
      }
      return result;
    }
  }

  private static final class KeepsRemoved extends ForwardingTier {
    KeepsRemoved(KvTier right) {
      super(right);
    }

    @Override
    public void remove(ChunkKey key, Deadline deadline) throws TierException {
      Lease lease = right.lease(key, deadline);
      super.remove(key, deadline);
      if (lease != null) {
        lease.page().retain();
        lease.close();
      }
    }
  }

  private static final class ReleasesAgain extends ForwardingTier {
    private final List<Page> pages = new ArrayList<>();
    private boolean closed;

    ReleasesAgain(KvTier right) {
      super(right);
    }

    @Override
    public synchronized WriteResult write(Chunk chunk, Deadline deadline) throws TierException {
      pages.add(chunk.page());
      return right.write(chunk, deadline);
    }

    @Override
    public synchronized void close() {
      if (closed) {
        pages.forEach(Page::release);
      }
      closed = true;
      super.close();
    }
  }

  private static final class KeepsRefused extends ForwardingTier {
    KeepsRefused(KvTier right) {
      super(right);
    }

    @Override
    public ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) throws TierException {
      ReadOutcome outcome = right.read(key, sink, deadline);
      if (outcome == ReadOutcome.REFUSED) {
        Lease lease = right.lease(key, deadline);
        if (lease != null) {
          lease.page().retain();
          lease.close();
        }
      }
      return outcome;
    }
  }

  private static final class ReclaimsUsed extends ForwardingTier {
    ReclaimsUsed(KvTier right) {
      super(right);
    }

    @Override
    public long reclaim(long bytes) {
      long freed = right.reclaim(bytes);
      try {
        for (StoredChunk chunk : right.list(null, 1000, Deadline.NEVER).chunks()) {
          right.remove(chunk.key(), Deadline.NEVER);
        }
      } catch (TierException e) {
        throw new IllegalStateException(e);
      }
      return freed;
    }
  }

  private static final class ReclaimsMore extends ForwardingTier {
    ReclaimsMore(KvTier right) {
      super(right);
    }

    @Override
    public long reclaim(long bytes) {
      long freed = right.reclaim(bytes);
      return freed == 0 ? 0 : freed + 4096;
    }
  }

  private static final class ReclaimsBytes extends ForwardingTier {
    private boolean closed;

    ReclaimsBytes(KvTier right) {
      super(right);
    }

    @Override
    public long reclaim(long bytes) {
      return closed ? 0 : bytes;
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }
}
