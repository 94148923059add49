/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another tier, with a path to a {@link HostDevice}: for tests of what uses device memory, on
 * machines that have none. Counts the bytes that took the path.
 */
public final class HostDeviceTier extends ForwardingTier {
  private final Memory device;
  private final AtomicLong bytes = new AtomicLong();
  private final DevicePath path = new Path();

  /** Finds memory by its address on the device. */
  @FunctionalInterface
  public interface Memory {
    /** The memory behind an address. */
    MemorySegment at(long address, long bytes);
  }

  public HostDeviceTier(KvTier right, HostDevice device) {
    this(right, device::at);
  }

  /** As above, for memory of something else that stands in for a device. */
  public HostDeviceTier(KvTier right, Memory device) {
    super(right);
    this.device = device;
  }

  /** Bytes of payloads that went to the device or came from it. */
  public long deviceBytes() {
    return bytes.get();
  }

  @Override
  public Capabilities capabilities() {
    return right.capabilities().withDirectPath();
  }

  @Override
  public DevicePath devicePath() {
    return path;
  }

  private final class Path implements DevicePath {
    @Override
    public void register(long deviceAddress, long deviceBytes) {
      device.at(deviceAddress, deviceBytes);
    }

    @Override
    public void unregister(long deviceAddress) {
      device.at(deviceAddress, 0);
    }

    @Override
    public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
      return right.read(
          key,
          (header, payloadBytes) -> {
            long address = sink.accept(header, payloadBytes);
            if (address == 0) {
              return null;
            }
            bytes.addAndGet(payloadBytes);
            return device.at(address, payloadBytes);
          },
          deadline);
    }

    @Override
    public WriteResult write(
        ChunkDescriptor chunk,
        MemorySegment header,
        long deviceAddress,
        long payloadBytes,
        Deadline deadline)
        throws TierException {
      bytes.addAndGet(payloadBytes);
      MemorySegment payload = device.at(deviceAddress, payloadBytes);
      return right.write(Chunk.ofBytes(chunk, header, payload), deadline);
    }
  }
}
