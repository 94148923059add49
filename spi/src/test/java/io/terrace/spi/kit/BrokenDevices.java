/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import io.terrace.spi.Capabilities;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.DevicePath;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/** Tiers whose path to a device is wrong. */
final class BrokenDevices {
  private BrokenDevices() {}

  static List<BrokenTier> all() {
    return List.of(
        detour("leaves the second half of device memory as it was", Half::new, 721, 724),
        detour("writes from the device what is in its beginning", Halved::new, 722),
        detour("calls missing what the device refused", Refused::new, 723),
        detour("reads whole blocks into the device", Blocks::new, 721, 724));
  }

  /** A tier with another path. */
  private static final class Detour extends ForwardingTier {
    private final DevicePath path;

    Detour(KvTier right, DevicePath path) {
      super(right);
      this.path = path;
    }

    @Override
    public Capabilities capabilities() {
      return right.capabilities().withDirectPath();
    }

    @Override
    public DevicePath devicePath() {
      return path;
    }
  }

  private static BrokenTier detour(
      String name, Function<DevicePath, DevicePath> breaker, Integer... rules) {
    return BrokenTier.bytes(
        name,
        right -> {
          HostDeviceTier withPath = new HostDeviceTier(right, BrokenTier.DEVICE);
          return new Detour(right, breaker.apply(withPath.devicePath()));
        },
        rules);
  }

  /** A path that is right, to be changed. */
  private abstract static class Path implements DevicePath {
    final HostDevice device = BrokenTier.DEVICE;
    final DevicePath path;

    Path(DevicePath path) {
      this.path = path;
    }

    @Override
    public void register(long deviceAddress, long bytes) throws TierException {
      path.register(deviceAddress, bytes);
    }

    @Override
    public void unregister(long deviceAddress) {
      path.unregister(deviceAddress);
    }

    @Override
    public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
      return path.read(key, sink, deadline);
    }

    @Override
    public WriteResult write(
        ChunkDescriptor chunk, MemorySegment header, long address, long bytes, Deadline deadline)
        throws TierException {
      return path.write(chunk, header, address, bytes, deadline);
    }
  }

  private static final class Half extends Path {
    Half(DevicePath path) {
      super(path);
    }

    @Override
    public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
      long[] told = new long[2];
      ReadOutcome outcome =
          path.read(
              key,
              (header, bytes) -> {
                told[0] = sink.accept(header, bytes);
                told[1] = bytes;
                return told[0];
              },
              deadline);
      if (outcome == ReadOutcome.FOUND) {
        device.at(told[0] + told[1] / 2, told[1] / 2).fill((byte) 0);
      }
      return outcome;
    }
  }

  private static final class Halved extends Path {
    Halved(DevicePath path) {
      super(path);
    }

    @Override
    public WriteResult write(
        ChunkDescriptor chunk, MemorySegment header, long address, long bytes, Deadline deadline)
        throws TierException {
      return path.write(chunk, header, address, bytes / 2, deadline);
    }
  }

  private static final class Refused extends Path {
    Refused(DevicePath path) {
      super(path);
    }

    @Override
    public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
      ReadOutcome outcome = path.read(key, sink, deadline);
      return outcome == ReadOutcome.REFUSED ? ReadOutcome.MISSING : outcome;
    }
  }

  private static final class Blocks extends Path {
    Blocks(DevicePath path) {
      super(path);
    }

    @Override
    public ReadOutcome read(ChunkKey key, DeviceSink sink, Deadline deadline) throws TierException {
      return path.read(
          key,
          (header, bytes) -> {
            long address = sink.accept(header, bytes);
            if (address % 4096 == 0 && address != 0 && bytes % 512 != 0) {
              device.at(address + bytes, 512 - bytes % 512).fill((byte) 0);
            }
            return address;
          },
          deadline);
    }
  }
}
