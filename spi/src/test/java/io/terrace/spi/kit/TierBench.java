/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Listing;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A tier under test with its context, chunks to store in it, and what nearly every rule does: write
 * a chunk as bytes or as a page, whichever the tier takes, and read it back to the byte. Safe for
 * use by several threads, but for {@link #chunks()}.
 */
public final class TierBench {
  /** A time that has passed. */
  static final Deadline OVER = Deadline.after(Duration.ofNanos(-1));

  private final KvTierContract contract;
  private final RecordingContext context = new RecordingContext();
  private final TestChunks chunks = new TestChunks(Seeds.get());
  private final Queue<TestPage> pages = new ConcurrentLinkedQueue<>();
  private final List<KvTier> opened = new ArrayList<>();
  private final KvTier tier;

  TierBench(KvTierContract contract) throws IOException {
    this.contract = contract;
    tier = opened(contract.open(context));
  }

  /** The tier under test, opened for this test on an empty store. */
  public KvTier tier() {
    return tier;
  }

  /** What the tier was opened with. */
  public RecordingContext context() {
    return context;
  }

  /** Chunks to store. */
  public TestChunks chunks() {
    return chunks;
  }

  /** The pages that were handed to tiers, oldest first. */
  public List<TestPage> pages() {
    return List.copyOf(pages);
  }

  KvTierContract contract() {
    return contract;
  }

  /**
   * Another tier on the same store.
   *
   * @param declared whether the tier says that there is such a thing; the test is skipped if not
   */
  KvTier reopenIf(boolean declared, String capability) throws IOException {
    assumeTrue(declared, "the tier is not " + capability);
    KvTier other = contract.reopen(new RecordingContext());
    if (other == null) {
      throw new AssertionError(
          "the tier says that it is " + capability + ". Check that its contract test has a reopen");
    }
    return opened(other);
  }

  /** A tier with room for so many small chunks; the test is skipped if its room has no bounds. */
  KvTier withRoomFor(int count, RecordingContext of) throws IOException {
    KvTier other = contract.openWithRoomFor(count, of);
    assumeTrue(other != null, "the tier has no bounds (hook openWithRoomFor)");
    return opened(other);
  }

  private KvTier opened(@Nullable KvTier another) {
    if (another == null) {
      throw new AssertionError("open gave no tier. Check the subclass of KvTierContract.");
    }
    opened.add(another);
    return another;
  }

  /** Whether chunks are handed over as pages. */
  boolean takesPages() {
    return tier.capabilities().retainsPages();
  }

  /** The deadline of calls that are not meant to be late. */
  public Deadline inTime() {
    return Deadline.after(contract.patience());
  }

  /** Starts work on a thread of its own. */
  <T> Running<T> start(Callable<T> work) {
    return Running.start(contract.patience(), work);
  }

  /** Waits for a sink to be asked. */
  void untilAsked(HeldSink sink) throws InterruptedException {
    Expect.that(
        sink.asked().await(contract.patience().toNanos(), TimeUnit.NANOSECONDS),
        "a read of a chunk that is here did not ask its sink",
        "that read calls the sink for every chunk it finds");
  }

  /** Writes a chunk the way the tier takes it. */
  public WriteResult write(TestChunk chunk) throws TierException {
    return write(tier, chunk, inTime());
  }

  WriteResult write(KvTier to, TestChunk chunk, Deadline deadline) throws TierException {
    if (!to.capabilities().retainsPages()) {
      return to.write(chunk.bytes(), deadline);
    }
    TestPage page = chunk.page();
    pages.add(page);
    try {
      return to.write(chunk.on(page), deadline);
    } finally {
      page.release();
    }
  }

  /** Writes a chunk that was not there. */
  public TestChunk store(TestChunk chunk) throws TierException {
    return store(tier, chunk);
  }

  TestChunk store(KvTier to, TestChunk chunk) throws TierException {
    Expect.same(
        WriteResult.STORED,
        write(to, chunk, inTime()),
        "writing a chunk that was not there",
        "what write returns, and that it stores");
    return chunk;
  }

  /** Reads a chunk that must be there, as it was written. */
  public void expectFound(TestChunk chunk, String check) throws TierException {
    expectFound(tier, chunk, check);
  }

  void expectFound(KvTier from, TestChunk chunk, String check) throws TierException {
    RecordingSink sink = new RecordingSink();
    ReadOutcome outcome = from.read(chunk.key(), sink, inTime());
    Expect.same(ReadOutcome.FOUND, outcome, "reading a chunk that was stored", check);
    expectContent(chunk, sink, check);
  }

  /** What a sink got must be the chunk, to the byte. */
  static void expectContent(TestChunk chunk, RecordingSink sink, String check) {
    Expect.bytes(chunk.headerBytes(), sink.header(), "the header read", check);
    Expect.bytes(chunk.payloadBytes(), sink.payload(), "the payload read", check);
  }

  /** Whether a sink got exactly this chunk. */
  static boolean hasContent(TestChunk chunk, RecordingSink sink) {
    return Arrays.equals(chunk.headerBytes(), sink.header())
        && Arrays.equals(chunk.payloadBytes(), sink.payload());
  }

  /** The chunk must not be there, whichever way one asks. */
  public void expectMissing(ChunkKey key, String check) throws TierException {
    expectMissing(tier, key, check);
  }

  void expectMissing(KvTier from, ChunkKey key, String check) throws TierException {
    Expect.same(false, from.contains(key, inTime()), "contains of a chunk that is not here", check);
    RecordingSink sink = new RecordingSink();
    ReadOutcome outcome = from.read(key, sink, inTime());
    Expect.same(ReadOutcome.MISSING, outcome, "reading a chunk that is not here", check);
    Expect.that(from.lease(key, inTime()) == null, "a chunk that is not here was lent", check);
  }

  /** Everything that a tier lists, part by part. */
  List<StoredChunk> listAll(KvTier from, int limit) throws TierException {
    List<StoredChunk> all = new ArrayList<>();
    String after = null;
    for (int parts = 0; parts < 10_000; parts++) {
      Listing part = from.list(after, limit, inTime());
      Expect.that(
          part.chunks().size() <= limit,
          part.chunks().size() + " chunks were listed where at most " + limit + " were asked for",
          "that list keeps its limit");
      all.addAll(part.chunks());
      after = part.next();
      if (after == null) {
        return all;
      }
    }
    throw new AssertionError("a listing of 10,000 parts has no end. Check Listing.next.");
  }

  void close() {
    for (KvTier each : opened) {
      try {
        each.close();
      } catch (RuntimeException e) {
        // Rules about close say what is wrong with it; here it would hide the failure of another.
      }
    }
  }
}
