/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.KvBufferCache;
import io.terrace.device.DeviceAttention;
import io.terrace.device.DeviceTable;
import io.terrace.engine.ModelSpace;
import io.terrace.engine.Session;
import io.terrace.loader.TerracePlugin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one model: those that are open, by their id, and the tokens of those closed last,
 * so that an id used again goes on where it ended.
 *
 * <p>Safe for use by several threads.
 */
final class ModelSessions {
  private final TerracePlugin plugin;
  private final ModelSpace space;
  private final @Nullable DeviceAttention device;
  private final int contextLength;
  private final boolean reuses;
  private final PassMonitor passes;
  private final FirstReuse firstReuse;
  private final Map<UUID, SessionKvBuffer> open = new ConcurrentHashMap<>();
  private final Map<UUID, int[]> remembered;

  /**
   * @param device what computes attention; null for the host
   * @param contextLength positions that the model has
   * @param reuses false: nothing is looked up or published
   * @param passes tells when passes on the model overlap in spite of everything
   */
  ModelSessions(
      TerracePlugin plugin,
      ModelSpace space,
      @Nullable DeviceAttention device,
      int contextLength,
      boolean reuses,
      PassMonitor passes,
      FirstReuse firstReuse) {
    this.plugin = plugin;
    this.space = space;
    this.device = device;
    this.contextLength = contextLength;
    this.reuses = reuses;
    this.passes = passes;
    this.firstReuse = firstReuse;
    remembered = new Remembered(plugin.config().sessionsRemembered());
  }

  /** Bounded, in the order of closing. Guarded by itself. */
  private static final class Remembered extends LinkedHashMap<UUID, int[]> {
    private final int capacity;

    Remembered(int capacity) {
      this.capacity = capacity;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<UUID, int[]> eldest) {
      return size() > capacity;
    }
  }

  /** The buffer of a session: the same one until it is closed. */
  SessionKvBuffer buffer(KvBufferCache cache, UUID id) {
    return open.computeIfAbsent(id, newId -> begin(cache, newId));
  }

  private SessionKvBuffer begin(KvBufferCache cache, UUID id) {
    Session session = plugin.engine().open(space);
    if (!reuses || !plugin.isSharing()) {
      session.stopSharing();
    }
    if (device != null) {
      DeviceTable table = device.memory().table(device.geometry());
      if (table == null) { // lost: the host computes to other bits
        session.stopSharing();
      } else {
        session.computeOn(table);
      }
    }
    int[] tokens;
    synchronized (remembered) {
      tokens = remembered.remove(id);
    }
    if (tokens != null) {
      session.tell(0, tokens);
    }
    return new SessionKvBuffer(cache, id, this, session);
  }

  /** Ends a session: shares its unfinished page, remembers its tokens, gives its pages back. */
  void end(SessionKvBuffer buffer) {
    open.remove(buffer.id(), buffer);
    Session session = buffer.session();
    plugin.guard("publication", session::publishAll);
    if (session.known() > 0) {
      synchronized (remembered) {
        remembered.remove(buffer.id());
        remembered.put(buffer.id(), session.tokens());
      }
    }
    session.close();
  }

  /** Ends all sessions, as when the model is closed, and forgets them. */
  void endAll() {
    List.copyOf(open.values()).forEach(SessionKvBuffer::close);
    synchronized (remembered) {
      remembered.clear();
    }
  }

  TerracePlugin plugin() {
    return plugin;
  }

  /** What computes attention; null for the host. */
  @Nullable DeviceAttention device() {
    return device;
  }

  ModelSpace space() {
    return space;
  }

  /** Whether anything is looked up or published. */
  boolean reuses() {
    return reuses;
  }

  int contextLength() {
    return contextLength;
  }

  PassMonitor passes() {
    return passes;
  }

  FirstReuse firstReuse() {
    return firstReuse;
  }
}
