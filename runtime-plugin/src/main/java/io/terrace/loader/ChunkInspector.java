/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.codec.StoredCoding;
import io.terrace.config.PluginConfig;
import io.terrace.engine.ChunkCoding;
import io.terrace.engine.ChunkDecoder;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads and checks single stored chunks, for people. Used by one thread. */
public final class ChunkInspector {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PluginConfig config;
  private final StoredCoding ofFiles;

  /**
   * @param config names the secrets, says whether chunks must be protected and, for {@link #key},
   *     names the tiers
   * @throws ConfigException if a secret cannot be read, or is missing
   */
  public ChunkInspector(PluginConfig config) {
    this.config = config;
    ofFiles = TierCoding.ofAnyTier(config);
  }

  /**
   * What was found.
   *
   * @param place a file or a tier
   * @param bytes how many are stored
   * @param header the chunk's, its token ids readable; null if it cannot be believed
   * @param fault what is wrong; null if nothing is
   * @param failure why the place could not be looked at, or not be left; null if it was
   */
  public record Inspection(
      String place,
      long bytes,
      @Nullable ChunkHeader header,
      @Nullable ChunkFault fault,
      @Nullable String failure) {
    private static Inspection failed(String place, String failure) {
      return new Inspection(place, 0, null, null, failure);
    }

    /** Whether the chunk is there and all of it as it must be. */
    public boolean isSound() {
      return fault == null && failure == null;
    }
  }

  /**
   * Checks a file.
   *
   * @throws IOException if it cannot be read
   */
  public Inspection file(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      long bytes = in.size();
      Check check = new Check(ofFiles);
      MemorySegment header = Arena.ofAuto().allocate(ChunkHeader.BYTES);
      header = header.asSlice(0, Math.min(bytes, ChunkHeader.BYTES));
      fill(header, in);
      MemorySegment payload = check.accept(header, bytes - header.byteSize());
      if (payload != null) {
        fill(payload, in);
        check.found();
      }
      check.givesItsKey();
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
   * Checks a chunk in every tier that has it and is not memory. A tier that cannot be opened, asked
   * or closed is told of and hides no other.
   *
   * @return fastest tier first; empty if none has it
   */
  public List<Inspection> key(ChunkKey key) {
    TierInspector inspector = new TierInspector(config);
    List<Inspection> found = new ArrayList<>();
    for (String name : config.stack()) {
      String place = "tier '" + name + "'";
      Consumer<String> failed = why -> found.add(Inspection.failed(place, why));
      try (InspectedTier opened = inspector.open(name, failed)) {
        ChunkCoding coding = opened.coding();
        if (coding != null) {
          inspect(opened.tier(), coding, key, place, found);
        }
      } catch (ConfigException | TierException e) {
        failed.accept(String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        failed.accept("the tier itself fails: " + e);
      }
    }
    return found;
  }

  private static void inspect(
      KvTier tier, ChunkCoding coding, ChunkKey key, String place, List<Inspection> found)
      throws TierException {
    Check check = new Check(coding);
    ReadOutcome outcome = tier.read(key, check, Deadline.after(PATIENCE));
    if (outcome == ReadOutcome.FOUND) {
      check.found();
    }
    if (outcome != ReadOutcome.MISSING) {
      check.wasAsked(outcome);
      check.isStoredUnder(key);
      check.givesItsKey();
      found.add(check.inspection(place, check.bytes));
    }
  }

  /** Looks at one chunk as a reader does, except that it expects no certain one. */
  private static final class Check implements ChunkSink {
    private final ChunkDecoder decoder;
    private @Nullable ChunkHeader header;
    private @Nullable ChunkFault fault;
    private MemorySegment page = MemorySegment.NULL;
    private long bytes;

    Check(ChunkCoding coding) {
      decoder = coding.decoder();
    }

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

    void wasAsked(@Nullable ReadOutcome outcome) {
      if (bytes == 0) {
        throw new IllegalStateException("it says " + outcome + ", and shows no chunk");
      }
    }

    void isStoredUnder(ChunkKey key) {
      if (fault == null && header != null && !header.key().equals(key)) {
        fault = header.mismatch(key, header.fingerprint(), header.geometry());
      }
    }

    void givesItsKey() {
      if (fault == null && header != null) {
        fault = header.keyMismatch();
      }
    }

    Inspection inspection(String place, long all) {
      return new Inspection(place, all, header, fault, null);
    }
  }
}
