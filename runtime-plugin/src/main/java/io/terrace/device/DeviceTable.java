/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.CudaStream;
import io.terrace.device.cuda.Runs;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The device pages of one session, each beside a page of the host that holds the same positions. Of
 * each it is known how many of its first positions are on the device, and how many on the host: a
 * pass loads what only the host has, layer by layer; a spill brings what only the device has to the
 * host, behind the passes.
 *
 * <p>Used by one thread at a time, as its session. A device that fails is {@linkplain
 * DeviceMemory#isLost lost}: what only it had is to be computed again, elsewhere.
 */
public final class DeviceTable implements ComputeSide {
  private final DeviceMemory memory;
  private final PageGeometry geometry;
  private final int chunkTokens;
  private final List<Entry> entries = new ArrayList<>();
  private @Nullable TableEvents events; // while there are pages
  private boolean isLoading; // layers are to be waited for
  private boolean isSpilling;

  private static final class Entry {
    private final KvPage host;
    private @Nullable DevicePage page;
    private boolean shared; // the page is that of all who compute with the page of the host
    private int onDevice;
    private int onHost;
    private int arriving; // on the host, once the spill is over

    Entry(KvPage host, int onHost) {
      this.host = host;
      this.onHost = onHost;
    }
  }

  DeviceTable(DeviceMemory memory, PageGeometry geometry) {
    this.memory = memory;
    this.geometry = geometry;
    chunkTokens = geometry.chunkTokens();
  }

  @Override
  public void put(int index, KvPage host, int positions) {
    Entry entry = new Entry(host, positions);
    if (index == entries.size()) {
      entries.add(entry);
      return;
    }
    settle();
    drop(entries.get(index));
    entries.set(index, entry);
  }

  @Override
  public void written(int index, int positions) {
    entries.get(index).onHost = positions;
  }

  @Override
  public void forget(int from) {
    if (isSpilling) {
      settle();
    }
    for (int i = from / chunkTokens; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      int most = Math.max(0, from - i * chunkTokens);
      entry.onDevice = Math.min(entry.onDevice, most);
      entry.onHost = Math.min(entry.onHost, most);
    }
  }

  /**
   * Gets pages for all positions up to one, and begins to load what is not on the device; returns
   * before it is there.
   *
   * @return false if the device has no room for them, or failed
   */
  public boolean beginPass(int end) {
    if (memory.isLost()) {
      return false;
    }
    try {
      List<Entry> missing = new ArrayList<>();
      for (int i = 0; i * chunkTokens < end; i++) {
        Entry entry = entries.get(i);
        if (entry.page == null && !take(entry)) {
          return false;
        }
        if (entry.onDevice < entry.onHost) {
          missing.add(entry);
        }
      }
      if (!missing.isEmpty()) {
        load(missing);
      }
      return true;
    } catch (CudaException e) {
      memory.failed(e);
      return false;
    }
  }

  private TableEvents events() throws CudaException {
    TableEvents own = events;
    if (own == null) {
      own = memory.events();
      events = own;
    }
    return own;
  }

  private boolean take(Entry entry) throws CudaException {
    DevicePage copy = entry.onHost == chunkTokens ? memory.copies().use(entry.host) : null;
    entry.shared = copy != null;
    entry.page = copy != null ? copy : memory.take(geometry);
    entry.onDevice = copy != null ? chunkTokens : 0;
    return entry.page != null;
  }

  private void load(List<Entry> missing) throws CudaException {
    CudaStream stream = memory.loadStream();
    for (int layer = 0; layer < geometry.layers(); layer++) {
      for (Entry entry : missing) {
        Runs rows = rows(entry.onDevice, entry.onHost, 2);
        long at = geometry.keyOffset(layer) + (long) entry.onDevice * geometry.rowBytes();
        stream.copyToDevice(address(entry) + at, entry.host.segment().asSlice(at), rows);
        memory.loaded(rows.bytes() * rows.count());
      }
      stream.record(events().loaded(layer));
    }
    isLoading = true;
    missing.forEach(entry -> entry.onDevice = entry.onHost);
  }

  /** Some rows of some planes. */
  private Runs rows(int from, int to, int planes) {
    return new Runs((long) (to - from) * geometry.rowBytes(), planes, geometry.planeBytes());
  }

  private static long address(Entry entry) {
    DevicePage page = entry.page;
    if (page == null) {
      throw new IllegalStateException("no pass has begun that reads " + entry.host);
    }
    return page.address();
  }

  /** The addresses of the device pages up to the one before a position. */
  long[] addresses(int end) {
    long[] addresses = new long[(end - 1) / chunkTokens + 1];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = address(entries.get(i));
    }
    return addresses;
  }

  /** Has a stream wait until what a pass loads of a layer is there. */
  void awaitLayer(int layer, CudaStream stream) throws CudaException {
    if (isLoading) {
      stream.await(events().loaded(layer));
    }
  }

  @Override
  public void endPass(int from, int to) {
    isLoading = false; // all layers were waited for
    for (int i = from / chunkTokens; i * chunkTokens < to; i++) {
      Entry entry = entries.get(i);
      entry.onDevice = Math.min(chunkTokens, to - i * chunkTokens);
    }
  }

  @Override
  public void spill(int end) {
    if (memory.isLost()) {
      return;
    }
    try {
      CudaStream stream = memory.spillStream();
      boolean began = false;
      for (int i = 0; i * chunkTokens < end; i++) {
        Entry entry = entries.get(i);
        int from = Math.max(entry.onHost, entry.arriving);
        int to = Math.min(entry.onDevice, end - i * chunkTokens);
        if (from < to) {
          if (!began) {
            memory.computeStream().record(events().passed());
            stream.await(events().passed());
            began = true;
          }
          copyToHost(stream, entry, from, to);
        }
      }
      if (began) {
        stream.record(events().spilled());
        isSpilling = true;
      }
    } catch (CudaException e) {
      memory.failed(e);
    }
  }

  private void copyToHost(CudaStream stream, Entry entry, int from, int to) throws CudaException {
    Runs rows = rows(from, to, 2 * geometry.layers());
    long at = (long) from * geometry.rowBytes();
    MemorySegment target = entry.host.segment().asSlice(at);
    stream.copyToHost(target, address(entry) + at, rows);
    memory.spilled(rows.bytes() * rows.count());
    entry.arriving = to;
  }

  @Override
  public boolean isSpilling() {
    return isSpilling;
  }

  @Override
  public int hosted(int computed) {
    try {
      if (isSpilling && !memory.isLost() && events().spilled().isOver()) {
        arrived();
      }
    } catch (CudaException e) {
      memory.failed(e);
    }
    int hosted = 0;
    for (Entry entry : entries) {
      hosted += entry.onHost;
      if (entry.onHost < chunkTokens) {
        break;
      }
    }
    return Math.min(hosted, computed);
  }

  private void arrived() {
    isSpilling = false;
    for (Entry entry : entries) {
      entry.onHost = Math.max(entry.onHost, entry.arriving);
      entry.arriving = 0;
    }
  }

  @Override
  public void settle() {
    try {
      if (isSpilling && !memory.isLost()) {
        events().spilled().synchronize();
        arrived();
      }
      if (isLoading && !memory.isLost()) {
        events().loaded(geometry.layers() - 1).synchronize();
      }
    } catch (CudaException e) {
      memory.failed(e);
    }
  }

  @Override
  public void share() {
    for (Entry entry : entries) {
      DevicePage page = entry.page;
      if (page != null
          && !entry.shared
          && entry.onDevice == chunkTokens
          && entry.onHost == chunkTokens
          && entry.host instanceof PooledPage // others come and go unseen
          && entry.host.isSealed()) {
        entry.shared = memory.copies().offer(entry.host, page);
      }
    }
  }

  private void drop(Entry entry) {
    DevicePage page = entry.page;
    if (page == null) {
      return;
    }
    if (entry.shared) {
      memory.copies().letGo(entry.host);
    } else {
      memory.giveBack(page);
    }
    entry.page = null;
  }

  @Override
  public void clear() {
    settle();
    share();
    entries.forEach(this::drop);
    entries.clear();
    isSpilling = false;
    isLoading = false;
    if (events != null) {
      memory.putBack(events);
      events = null;
    }
  }
}
