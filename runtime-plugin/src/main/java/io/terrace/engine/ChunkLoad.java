/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.Holder;
import io.terrace.device.KvPage;
import io.terrace.device.LentPage;
import io.terrace.device.PagePool;
import io.terrace.device.PooledPage;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Lease;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One chunk that is read from a tier into a page: believed when its header, its tokens and its
 * payload have been checked.
 *
 * <p>Run by one thread of the tier, then read by the one that waits for the batch.
 */
final class ChunkLoad implements ReadRequest, ChunkSink {
  private final ChunkKey key;
  private final Wanted wanted;
  private final PagePool pool;
  private final DecoderPool decoders;
  private @Nullable ChunkDecoder decoder;
  private @Nullable KvPage page;
  private @Nullable ChunkFault fault;
  private @Nullable TierException failure;
  private int @Nullable [] tokens;
  private @Nullable ChunkKey referenced;
  private int common;
  private long storedBytes;
  private long openedAt;
  private boolean loaded;
  private boolean lent;
  private boolean direct;
  private boolean ended;
  private boolean abandoned;

  /**
   * What a chunk has to be.
   *
   * @param naming under which its key was made
   * @param geometry of the page
   * @param tokens the prompt's from the chunk's first position on
   * @param whole whether all of the chunk's tokens must be the prompt's; else as many as agree are
   *     of use
   * @param onDevice whether it is computed with on a device
   */
  record Wanted(
      Naming naming, PageGeometry geometry, TokenRun tokens, boolean whole, boolean onDevice) {}

  ChunkLoad(ChunkKey key, Wanted wanted, PagePool pool, DecoderPool decoders) {
    this.key = key;
    this.wanted = wanted;
    this.pool = pool;
    this.decoders = decoders;
  }

  @Override
  public ChunkKey key() {
    return key;
  }

  @Override
  public ChunkSink sink() {
    return this;
  }

  @Override
  public synchronized @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
    ChunkDecoder opened = open(header, payloadBytes);
    return opened == null ? null : opened.target(allocate(header, payloadBytes).segment());
  }

  /** Takes a header; null if no payload is to follow. */
  private @Nullable ChunkDecoder open(MemorySegment header, long payloadBytes) {
    if (ended || abandoned || decoder != null) {
      return null; // nobody waits any more, or the tier asks twice
    }
    ChunkDecoder opened = decoders.take();
    decoder = opened;
    openedAt = System.nanoTime();
    fault = check(opened, header, payloadBytes);
    return fault != null || referenced != null || common == 0 ? null : opened;
  }

  private KvPage allocate(MemorySegment header, long payloadBytes) {
    storedBytes = header.byteSize() + payloadBytes;
    PooledPage allocated = pool.allocate(wanted.geometry());
    page = allocated;
    allocated.heldBy(Holder.STAGING);
    return allocated;
  }

  /** Whether the payload may come by way of a page of the device: parts of chunks are copied. */
  boolean mayBeDirect() {
    return wanted.whole() && wanted.onDevice();
  }

  PageGeometry geometry() {
    return wanted.geometry();
  }

  /**
   * As {@link #accept}, for a payload that is a page to be read elsewhere.
   *
   * @return whether it is wanted; if it is none, the chunk is {@linkplain #isOpen open} as before
   */
  synchronized boolean acceptDirect(MemorySegment header, long payloadBytes) {
    ChunkDecoder opened = open(header, payloadBytes);
    if (opened == null) {
      return false;
    }
    if (!opened.isPage()) {
      reopen();
      return false;
    }
    allocate(header, payloadBytes);
    return true;
  }

  /** Whether nothing is known yet, so that it is to be read. */
  synchronized boolean isOpen() {
    return !ended && decoder == null;
  }

  /** What was read so far is of no use: the chunk is to be read once more. */
  synchronized void reopen() {
    if (!ended) {
      giveUp();
      fault = null;
    }
  }

  /** The page that its content belongs into; null where nothing was accepted. */
  synchronized @Nullable KvPage target() {
    return page;
  }

  /**
   * The page is filled.
   *
   * @param checksum CRC-32C of what was stored
   */
  synchronized void filled(int checksum) {
    if (!ended && decoder != null && page != null) {
      fault = decoder.verify(checksum);
      loaded = fault == null;
      direct = loaded;
    }
    end();
  }

  /** Whether its payload went past the memory of the host to a page of the device. */
  synchronized boolean isDirect() {
    return direct;
  }

  private @Nullable ChunkFault check(ChunkDecoder opened, MemorySegment memory, long payloadBytes) {
    ChunkFault found = opened.accept(memory, payloadBytes);
    if (found != null) {
      return found;
    }
    ChunkHeader header = opened.header();
    found = header.mismatch(key, wanted.naming().fingerprint(), wanted.geometry());
    if (found != null) {
      return found;
    }
    TokenRun prompt = wanted.tokens();
    common = header.commonPrefix(prompt.array(), prompt.from(), prompt.from() + prompt.length());
    if (wanted.whole() && (header.kind() != ChunkKind.FULL || common < header.tokenCount())) {
      return new ChunkFault(
          Kind.OTHER_TOKENS,
          0,
          ChunkHeader.BYTES,
          "the right key, and other tokens from " + common);
    }
    tokens = header.tokens();
    if (header.kind() == ChunkKind.REFERENCE && common > 0) {
      referenced = header.referenced();
    }
    return null;
  }

  /** Whether the chunk could be used where its tier has it: parts of chunks are copied. */
  boolean mayBorrow() {
    return wanted.whole();
  }

  /**
   * Takes a chunk that its tier lends, if it can be used where it lies; else gives it back, to be
   * read instead.
   *
   * @return whether the chunk is loaded
   */
  boolean borrow(Lease lease) {
    boolean borrowed = false;
    try {
      borrowed = checkLent(lease);
    } finally {
      if (!borrowed) {
        lease.close();
      }
    }
    return borrowed;
  }

  private synchronized boolean checkLent(Lease lease) {
    MemorySegment memory = lease.page().segment();
    ChunkDecoder opened = decoders.take();
    decoder = opened;
    openedAt = System.nanoTime();
    storedBytes = lease.header().byteSize() + memory.byteSize();
    fault = check(opened, lease.header(), memory.byteSize());
    if (fault == null && referenced == null && opened.target(memory).equals(memory)) {
      fault = opened.decode(memory);
      loaded = fault == null;
    }
    if (loaded) {
      page = new LentPage(lease.page());
      lent = true;
    }
    if (loaded || fault != null) {
      end();
    } else {
      decoders.giveBack(opened);
      decoder = null;
    }
    return loaded;
  }

  @Override
  public synchronized void done(ReadOutcome outcome) {
    if (!ended && outcome == ReadOutcome.FOUND && decoder != null && page != null) {
      fault = decoder.decode(page.segment());
      loaded = fault == null;
    }
    end();
  }

  @Override
  public synchronized void failed(TierException cause) {
    failure = cause;
    end();
  }

  /**
   * The tier touches nothing of this load any more: what is not of use goes back. Called after the
   * call of the tier has returned, whether or not it told this load its end.
   */
  synchronized void end() {
    ended = true;
    giveUp();
  }

  /** What is of no use goes back. */
  private void giveUp() {
    if (decoder != null) {
      decoders.giveBack(decoder);
      decoder = null;
    }
    if (!loaded && page != null) {
      page.letGoBy(Holder.STAGING);
      page.release();
      page = null;
    }
  }

  /** Nobody waits any more; the tier may still be at work. */
  synchronized void abandon() {
    abandoned = true;
  }

  /** Nobody wants the page. */
  synchronized void discard() {
    loaded = false;
    end();
  }

  /** The page, to be released by the caller; null if the chunk was not there or is of no use. */
  synchronized @Nullable KvPage takePage() {
    if (!loaded || abandoned) {
      return null; // and a call that goes on may still write into it
    }
    KvPage taken = page;
    if (taken != null) {
      taken.letGoBy(Holder.STAGING); // and is the taker's from here on
    }
    page = null;
    return taken;
  }

  synchronized boolean isLoaded() {
    return loaded;
  }

  /** Whether it lies in memory of its tier. */
  synchronized boolean isLent() {
    return lent;
  }

  synchronized @Nullable ChunkFault fault() {
    return fault;
  }

  synchronized @Nullable TierException failure() {
    return failure;
  }

  /** The full chunk that was found to be meant. */
  synchronized @Nullable ChunkKey referenced() {
    return referenced;
  }

  /** All tokens of the chunk that was found. */
  synchronized int[] tokens() {
    return tokens == null ? new int[0] : tokens;
  }

  /** When its header was there, by {@link System#nanoTime}; 0 if it never was. */
  synchronized long openedAt() {
    return openedAt;
  }

  synchronized long storedBytes() {
    return storedBytes;
  }
}
