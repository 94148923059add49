/* SPDX-License-Identifier: Apache-2.0 */
package broken;

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
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A tier of a third party that breaks its contract; compiled by a test against the agent's jar. */
public final class BrokenTierProvider implements KvTierProvider {
  private static final Option<String> MODE =
      Option.string("mode", "How it fails.").defaultsTo("never");

  @Override
  public String type() {
    return "broken";
  }

  @Override
  public ConfigSpec options() {
    return ConfigSpec.of(MODE);
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    String mode = settings.get(MODE);
    if (mode.equals("open")) {
      throw new IllegalStateException("broken when opened");
    }
    return new BrokenTier(mode);
  }

  private static final class BrokenTier implements KvTier {
    private final String mode;
    private final Random random = new Random(11);
    private final Map<ChunkKey, Page> pages = new LinkedHashMap<>();
    private final Map<ChunkKey, ChunkKey> parents = new HashMap<>();

    BrokenTier(String mode) {
      this.mode = mode;
      Runtime.getRuntime().addShutdownHook(new Thread(this::tellReferences));
    }

    /** References to pages here that somebody else holds. */
    private synchronized void tellReferences() {
      System.out.println("lent " + pages.values().stream().mapToInt(p -> p.references() - 1).sum());
    }

    private void fail(String where) {
      boolean sometimes = random.nextInt(3) == 0;
      String message = where + " broke, number " + random.nextInt();
      switch (mode) {
        case "exceptions" -> throw new IllegalStateException(message);
        case "errors" -> throw new AssertionError(message);
        case "linkage" -> throw new NoClassDefFoundError(message);
        case "sometimes" -> {
          if (sometimes) {
            throw new IllegalArgumentException(message);
          }
        }
        case "later" -> { // lends the first page of a prompt, fails at the next
          if (where.equals("lease") && leases++ % 2 == 1) {
            throw new IllegalStateException(message);
          }
        }
        case "reclaim" -> {
          if (where.equals("reclaim")) {
            throw new IllegalStateException(message);
          }
        }
        default -> {}
      }
    }

    private int leases;

    @Override
    public Capabilities capabilities() {
      return Capabilities.inProcess().lending().retainingPages();
    }

    @Override
    public synchronized boolean contains(ChunkKey key, Deadline deadline) {
      fail("contains");
      return pages.containsKey(key);
    }

    @Override
    public synchronized ReadOutcome read(ChunkKey key, ChunkSink sink, Deadline deadline) {
      fail("read");
      return ReadOutcome.MISSING;
    }

    @Override
    public synchronized Listing list(String after, int limit, Deadline deadline) {
      fail("list");
      return new Listing(List.of(), null);
    }

    @Override
    public synchronized Lease lease(ChunkKey key, Deadline deadline) {
      fail("lease");
      Page page = mode.equals("forgets") ? null : pages.get(key);
      if (page == null) {
        return null;
      }
      page.retain();
      return new Lease(
          MemorySegment.NULL, mode.equals("foreign") ? new ForeignPage(page) : page);
    }

    @Override
    public synchronized WriteResult write(Chunk chunk, Deadline deadline) {
      fail("write");
      if (mode.equals("null")) {
        return null;
      }
      if (pages.containsKey(chunk.key())) {
        return WriteResult.PRESENT;
      }
      chunk.page().retain();
      pages.put(chunk.key(), chunk.page());
      parents.put(chunk.key(), chunk.descriptor().parent());
      return WriteResult.STORED;
    }

    @Override
    public synchronized void remove(ChunkKey key, Deadline deadline) {
      fail("remove");
      Page page = pages.remove(key);
      if (page != null) {
        page.release();
      }
      List.copyOf(pages.keySet()).stream().filter(k -> key.equals(parents.get(k))).forEach(k -> remove(k, deadline));
    }

    @Override
    public synchronized long reclaim(long bytes) {
      fail("reclaim");
      return 0;
    }

    @Override
    public synchronized void close() {
      fail("close");
    }
  }

  /** A page that is not the plugin's. */
  private record ForeignPage(Page page) implements Page {
    @Override
    public MemorySegment segment() {
      return page.segment();
    }

    @Override
    public PageGeometry geometry() {
      return page.geometry();
    }

    @Override
    public void retain() {
      page.retain();
    }

    @Override
    public void release() {
      page.release();
    }

    @Override
    public int references() {
      return page.references();
    }
  }
}
