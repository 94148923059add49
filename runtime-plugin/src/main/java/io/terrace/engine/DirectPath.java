/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.DevicePage;
import io.terrace.device.DirectPages;
import io.terrace.device.KvPage;
import io.terrace.device.SlabWatcher;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The way of whole chunks between one tier and pages of a device that does not touch the memory of
 * the host. Whatever cannot go that way, or fails there, goes by the host; a way that fails again
 * and again is left alone for a while.
 *
 * <p>Safe for use by several threads, those on which calls of the tier are made.
 */
final class DirectPath implements SlabWatcher {
  private final String tier;
  private final DevicePath path;
  private final DirectPages pages;
  private final TierCounters counters;
  private final EngineEvents events;
  private final Breaker breaker = new Breaker(System::nanoTime);

  /**
   * @param tier its name
   * @param path the tier's
   */
  DirectPath(
      String tier, DevicePath path, DirectPages pages, TierCounters counters, EngineEvents events) {
    this.tier = tier;
    this.path = path;
    this.pages = pages;
    this.counters = counters;
    this.events = events;
  }

  @Override
  public void taken(long address, long bytes) {
    try {
      path.register(address, bytes);
    } catch (TierException | RuntimeException e) {
      failed("registers no device memory, transfers may go by a buffer of the library", e);
    }
  }

  @Override
  public void goes(long address) {
    try {
      path.unregister(address);
    } catch (RuntimeException e) {
      failed("keeps device memory registered", e);
    }
  }

  private void failed(String what, Exception cause) {
    counters.directFailures.increment();
    events.failed(new TierException("tier '" + tier + "' " + what + ": " + cause, cause));
  }

  /**
   * Loads what goes this way.
   *
   * @return the others, which are to be read otherwise
   */
  List<ChunkLoad> read(List<ChunkLoad> loads, Deadline deadline) {
    List<ChunkLoad> others = new ArrayList<>();
    for (ChunkLoad load : loads) {
      if (load.mayBeDirect() && !deadline.isOver()) {
        read(load, deadline);
      }
      if (load.isOpen()) {
        others.add(load);
      }
    }
    return others;
  }

  private void read(ChunkLoad load, Deadline deadline) {
    long number = breaker.admit();
    if (number == Breaker.REFUSED) {
      return;
    }
    try (Target target = new Target(load)) {
      ReadOutcome outcome = path.read(load.key(), target::accept, deadline);
      if (outcome == ReadOutcome.FOUND) {
        target.filled();
      } else if (outcome == ReadOutcome.MISSING || !load.isOpen()) {
        load.done(outcome);
      }
      breaker.well(number);
    } catch (TierException | RuntimeException e) {
      load.reopen();
      breaker.failed(number);
      failed("read nothing past the memory of the host, which serves instead", e);
    }
  }

  /** Where one chunk goes. */
  private final class Target implements AutoCloseable {
    private final ChunkLoad load;
    private @Nullable DevicePage page;

    Target(ChunkLoad load) {
      this.load = load;
    }

    /** As a {@link DevicePath.DeviceSink}. */
    long accept(MemorySegment header, long payloadBytes) {
      if (page != null || !load.acceptDirect(header, payloadBytes)) {
        return 0;
      }
      DevicePage taken = pages.take(load.geometry());
      page = taken;
      if (taken == null) {
        load.reopen();
        return 0;
      }
      return taken.address();
    }

    /** All of it is on the device. */
    void filled() {
      DevicePage filled = page;
      KvPage host = load.target();
      if (filled == null || host == null) {
        return; // a tier that says so without having asked
      }
      OptionalInt checksum = pages.bringToHost(filled, host);
      if (checksum.isEmpty()) {
        load.reopen();
        return;
      }
      load.filled(checksum.getAsInt());
      if (load.isDirect()) {
        host.seal();
        pages.share(host, filled);
        page = null;
      }
    }

    @Override
    public void close() {
      if (page != null) {
        pages.giveBack(page);
      }
    }
  }

  /** The copy on the device of a page, to be {@linkplain #letGo let go}; null if there is none. */
  @Nullable DevicePage use(KvPage host) {
    return breaker.isOpen() ? null : pages.use(host);
  }

  void letGo(KvPage host) {
    pages.letGo(host);
  }

  /**
   * Stores a whole chunk from the device.
   *
   * @param page in use until this returns
   * @return null if it is to be stored otherwise
   */
  @Nullable WriteResult write(
      ChunkEncoder encoder, SpillJob job, DevicePage page, Deadline deadline) {
    long number = breaker.admit();
    OptionalInt checksum = number == Breaker.REFUSED ? OptionalInt.empty() : pages.checksum(page);
    if (checksum.isEmpty()) {
      breaker.unknown(number);
      return null;
    }
    ChunkDescriptor chunk = job.chunk();
    MemorySegment header =
        encoder.header(
            chunk, job.naming().fingerprint(), job.tokens().array(), checksum.getAsInt());
    try {
      WriteResult result = path.write(chunk, header, page.address(), job.bytes(), deadline);
      breaker.well(number);
      return result;
    } catch (TierException | RuntimeException e) {
      breaker.failed(number);
      failed("stored nothing past the memory of the host, which serves instead", e);
      return null;
    }
  }
}
