/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.config.ComputeDevice;
import io.terrace.config.LogLevel;
import io.terrace.config.PluginConfig;
import io.terrace.config.PluginOptions;
import io.terrace.device.DeviceMemory;
import io.terrace.device.PagePool;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.DeviceAbsentException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The device that attention is computed on, if any: opened for the first model that may use it.
 * Safe for use by several threads.
 */
public final class Devices {
  private final PluginConfig config;
  private final PagePool pages;
  private final PluginLog log;
  private boolean opened;
  private @Nullable DeviceMemory memory;

  Devices(PluginConfig config, PagePool pages, PluginLog log) {
    this.config = config;
    this.pages = pages;
    this.log = log;
  }

  /**
   * The device; null where attention is computed on the host, which was said if it was not asked
   * for.
   */
  public synchronized @Nullable DeviceMemory memory() {
    if (!opened) {
      opened = true;
      memory = config.device() == ComputeDevice.HOST ? null : open();
    }
    DeviceMemory device = memory;
    return device == null || device.isLost() ? null : device;
  }

  /** The device if it was opened, lost or not. */
  synchronized @Nullable DeviceMemory opened() {
    return memory;
  }

  private @Nullable DeviceMemory open() {
    String wanted = PluginOptions.DEVICE.name() + ": cuda";
    try {
      CudaDevice device = CudaDevice.open(CudaDevice.DEFAULT_LIBRARY, 0);
      long budget = config.deviceBytes().orElse(device.freeBytes() / 2);
      DeviceMemory opened = new DeviceMemory(device, budget, pages, this::lost);
      log.info(
          String.format(
              Locale.ROOT,
              "attention may be computed on %s (CUDA %s), its KV takes %.1f GiB there at most",
              device,
              device.facts().driver(),
              budget / (double) (1L << 30)));
      return opened;
    } catch (DeviceAbsentException | CudaException e) {
      if (config.device() == ComputeDevice.CUDA) {
        log.warn(wanted + " cannot be had, attention is computed on the host: " + e.getMessage());
      } else if (config.logLevel() == LogLevel.DEBUG) {
        log.debug("attention is computed on the host: " + e.getMessage());
      }
      return null;
    }
  }

  private void lost(CudaException failure) {
    log.warn(
        "the CUDA device failed, and is not used again by this process: attention goes on on the"
            + " host, what only the device had is computed again: "
            + failure.getMessage()
            + " (see the driver's own messages, such as those of dmesg)");
  }
}
