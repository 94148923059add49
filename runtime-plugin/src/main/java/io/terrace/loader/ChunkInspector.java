/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.codec.Secrets;
import io.terrace.codec.StoredCoding;
import io.terrace.config.PluginConfig;
import io.terrace.config.PluginOptions;
import io.terrace.engine.ChunkDecoder;
import io.terrace.engine.StackTier;
import io.terrace.install.AgentFolder;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and checks single stored chunks, for people. Used by one thread. */
public final class ChunkInspector {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PluginConfig config;
  private final StoredCoding coding;

  /**
   * @param config names the secrets and, for {@link #key}, the tiers
   * @throws io.terrace.spi.config.ConfigException if a secret cannot be read
   */
  public ChunkInspector(PluginConfig config) {
    this.config = config;
    Secrets secrets =
        TierCoding.secrets(PluginOptions.INTEGRITY_SECRET.name(), config.integritySecret());
    coding = new StoredCoding(Encoding.RAW, 1, Protection.NONE, secrets, InstantSource.system());
  }

  /**
   * What was found.
   *
   * @param place a file or a tier
   * @param bytes how many are stored
   * @param header the chunk's, its token ids readable; null if it cannot be believed
   * @param fault what is wrong; null if nothing is
   */
  public record Inspection(
      String place, long bytes, @Nullable ChunkHeader header, @Nullable ChunkFault fault) {}

  /**
   * Checks a file.
   *
   * @throws IOException if it cannot be read
   */
  public Inspection file(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      long bytes = in.size();
      Check check = new Check();
      MemorySegment header = Arena.ofAuto().allocate(ChunkHeader.BYTES);
      header = header.asSlice(0, Math.min(bytes, ChunkHeader.BYTES));
      fill(header, in);
      MemorySegment payload = check.accept(header, bytes - header.byteSize());
      if (payload != null) {
        fill(payload, in);
        check.found();
      }
      return check.inspection(file.toString(), bytes);
    }
  }

  private static void fill(MemorySegment memory, FileChannel in) throws IOException {
    ByteBuffer buffer = memory.asByteBuffer();
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw new EOFException("the file became shorter");
      }
    }
  }

  /**
   * Checks a chunk in every tier that has it and is not memory.
   *
   * @return fastest tier first; empty if none has it
   * @throws TierException if a tier cannot be asked
   */
  public List<Inspection> key(ChunkKey key) throws TierException {
    PluginLog log = new PluginLog(System.err);
    ClassLoader application = ChunkInspector.class.getClassLoader();
    TierLoader loader = new TierLoader(AgentFolder.ofThisProcess(), application, log);
    List<StackTier> tiers = loader.open(config, new NoContext());
    try {
      List<Inspection> found = new ArrayList<>();
      for (StackTier tier : tiers) {
        if (!tier.tier().capabilities().retainsPages()) {
          inspect(tier, key, found);
        }
      }
      return found;
    } finally {
      tiers.forEach(tier -> tier.tier().close());
    }
  }

  private void inspect(StackTier named, ChunkKey key, List<Inspection> found) throws TierException {
    KvTier tier = named.tier();
    Check check = new Check();
    ReadOutcome outcome = tier.read(key, check, Deadline.after(PATIENCE));
    if (outcome == ReadOutcome.FOUND) {
      check.found();
    }
    if (outcome != ReadOutcome.MISSING) {
      check.isStoredUnder(key);
      found.add(check.inspection("tier '" + named.name() + "'", check.bytes));
    }
  }

  /** Looks at one chunk as a reader does, except that it expects no certain one. */
  private final class Check implements ChunkSink {
    private final ChunkDecoder decoder = coding.decoder();
    private @Nullable ChunkHeader header;
    private @Nullable ChunkFault fault;
    private MemorySegment page = MemorySegment.NULL;
    private long bytes;

    @Override
    public @Nullable MemorySegment accept(MemorySegment stored, long payloadBytes) {
      bytes = stored.byteSize() + payloadBytes;
      fault = decoder.accept(stored, payloadBytes);
      if (fault == null) {
        header = decoder.header();
      } else if (stored.byteSize() == ChunkHeader.BYTES && isWhole(stored)) {
        header = new ChunkHeader(copy(stored));
      }
      if (fault != null || decoder.header().kind() == ChunkKind.REFERENCE) {
        return null;
      }
      page = Arena.ofAuto().allocate(decoder.header().geometry().pageBytes());
      return decoder.target(page);
    }

    /** A header may be whole although its payload is not, or the secret is not at hand. */
    private static boolean isWhole(MemorySegment stored) {
      ChunkHeader header = new ChunkHeader(stored);
      return header.fault(header.storedBytes()) == null;
    }

    private static MemorySegment copy(MemorySegment stored) {
      return Arena.ofAuto().allocate(stored.byteSize()).copyFrom(stored);
    }

    void found() {
      fault = decoder.decode(page);
    }

    void isStoredUnder(ChunkKey key) {
      if (fault == null && header != null && !header.key().equals(key)) {
        fault = header.mismatch(key, header.fingerprint(), header.geometry());
      }
    }

    Inspection inspection(String place, long all) {
      return new Inspection(place, all, header, fault);
    }
  }

  private static final class NoContext implements TierContext {
    @Override
    public long pageBudgetBytes() {
      return 1L << 30;
    }

    @Override
    public void evicted(ChunkKey key) {}
  }
}
