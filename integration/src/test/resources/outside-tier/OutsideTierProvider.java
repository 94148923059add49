/* SPDX-License-Identifier: Apache-2.0 */
package outside;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.Lease;
import io.terrace.spi.Listing;
import io.terrace.spi.Page;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tier of a third party: a test writes its type into the source and compiles it against the
 * contract alone. Prints {@code opened <type> by <loader> sees <version of a library>}, and at the
 * end {@code served <type> <chunks>}.
 */
public final class OutsideTierProvider implements KvTierProvider {
  private static final String TYPE = "@TYPE@";
  private static final Option<Boolean> PAGES =
      Option.bool("pages", "Keeps pages, or else bytes.").defaultsTo(true);

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public ConfigSpec options() {
    return ConfigSpec.of(PAGES);
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    String loader = OutsideTierProvider.class.getClassLoader().getName();
    System.out.println("opened " + TYPE + " by " + loader + " sees " + library());
    return new OutsideTier(settings.get(PAGES));
  }

  private static String library() {
    try {
      return (String) Class.forName("library.Library").getMethod("version").invoke(null);
    } catch (ClassNotFoundException e) {
      return "none";
    } catch (ReflectiveOperationException e) {
      return e.toString();
    }
  }

  private static final class OutsideTier implements KvTier {
    /** A chunk: with its page, or with a copy of its payload. */
    private record Held(ChunkKey parent, MemorySegment header, Page page, MemorySegment payload) {}

    private final boolean pages;
    private final Map<ChunkKey, Held> chunks = new LinkedHashMap<>();
    private int served;

    OutsideTier(boolean pages) {
      this.pages = pages;
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> System.out.println("served " + TYPE + " " + served)));
    }

    @Override
    public Capabilities capabilities() {
      return pages
          ? Capabilities.inProcess().lending().retainingPages()
          : Capabilities.inProcess();
    }

    @Override
    public synchronized boolean contains(ChunkKey key, Deadline deadline) {
      return chunks.containsKey(key);
    }

    @Override
    public synchronized ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) {
      Held held = chunks.get(key);
      if (held == null) {
        return ReadOutcome.MISSING;
      }
      MemorySegment stored = pages ? held.page().segment() : held.payload();
      MemorySegment target = sink.accept(held.header(), stored.byteSize());
      if (target == null) {
        return ReadOutcome.REFUSED;
      }
      target.copyFrom(stored);
      served++;
      return ReadOutcome.FOUND;
    }

    @Override
    public synchronized Lease lease(ChunkKey key, Deadline deadline) {
      Held held = chunks.get(key);
      if (held == null || !pages) {
        return null;
      }
      held.page().retain();
      served++;
      return new Lease(held.header(), held.page());
    }

    @Override
    public synchronized WriteResult write(Chunk chunk, Deadline deadline) {
      if (chunks.containsKey(chunk.key())) {
        return WriteResult.PRESENT;
      }
      Page page = pages ? chunk.page() : null;
      if (page != null) {
        page.retain();
      }
      MemorySegment payload = pages ? null : copy(chunk.payload());
      chunks.put(
          chunk.key(),
          new Held(chunk.descriptor().parent(), copy(chunk.header()), page, payload));
      return WriteResult.STORED;
    }

    private static MemorySegment copy(MemorySegment bytes) {
      return Arena.ofAuto().allocate(bytes.byteSize(), 64).copyFrom(bytes);
    }

    @Override
    public synchronized void remove(ChunkKey key, Deadline deadline) {
      Held held = chunks.remove(key);
      if (held != null && held.page() != null) {
        held.page().release();
      }
      List.copyOf(chunks.keySet()).stream()
          .filter(child -> chunks.containsKey(child) && key.equals(chunks.get(child).parent()))
          .forEach(child -> remove(child, deadline));
    }

    @Override
    public Listing list(String after, int limit, Deadline deadline) {
      return new Listing(List.of(), null);
    }

    @Override
    public synchronized void close() {
      List.copyOf(chunks.keySet()).forEach(key -> remove(key, Deadline.NEVER));
    }
  }
}
