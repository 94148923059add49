/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ComputeDevice;
import io.terrace.config.PluginConfig;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import io.terrace.device.cuda.DeviceAbsentException;
import io.terrace.device.cuda.Kernels;
import io.terrace.spi.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code terrace doctor} finds out about the device that attention may be computed on. */
final class DeviceCheck {
  private static final Path PEER_MODULE = Path.of("sys/module/nvidia_peermem");
  private static final Path STORAGE_MODULE = Path.of("sys/module/nvidia_fs");

  private final Path root;
  private final String library;

  /**
   * @param root where {@code /sys} is
   * @param library of the CUDA driver
   */
  DeviceCheck(Path root, String library) {
    this.root = root;
    this.library = library;
  }

  /** Opens the device, and lets its driver take the kernels. */
  List<Finding> findings(PluginConfig config) {
    List<Finding> findings = new ArrayList<>();
    String wanted = config.device().name().toLowerCase(Locale.ROOT);
    findings.add(Finding.good("attention", "device: " + wanted));
    try (CudaDevice device = CudaDevice.open(library, 0)) {
      findings.add(
          Finding.good("CUDA", device + ", its driver serves CUDA " + device.facts().driver()));
      findings.add(memory(config, device));
      findings.add(kernels(device));
      findings.add(modules());
    } catch (DeviceAbsentException e) {
      findings.add(absent(config, String.valueOf(e.getMessage())));
    } catch (CudaException e) {
      findings.add(
          Finding.bad("CUDA", "the device fails: " + e.getMessage(), "see the driver's messages"));
    }
    return findings;
  }

  private static Finding absent(PluginConfig config, String reason) {
    return config.device() == ComputeDevice.CUDA
        ? Finding.warning(
            "CUDA",
            reason + ": attention is computed on the host",
            "install NVIDIA's driver, in a container run with --gpus, or leave 'device' at host")
        : Finding.good("CUDA", "none: " + reason);
  }

  private static Finding memory(PluginConfig config, CudaDevice device) throws CudaException {
    long free = device.freeBytes();
    long wanted = config.deviceBytes().orElse(free / 2);
    String text =
        Messages.size(wanted)
            + " for pages (pool.deviceBytes) of "
            + Messages.size(device.facts().totalBytes())
            + ", of which "
            + Messages.size(free)
            + " are free now";
    return wanted <= free
        ? Finding.good("device memory", text)
        : Finding.warning(
            "device memory", text, "lower pool.deviceBytes, or stop what else is on the device");
  }

  private static Finding kernels(CudaDevice device) {
    try (Kernels kernels = new Kernels(device)) {
      return Finding.good(
          "kernels", "the driver takes them: " + kernels.identity().substring(0, 16));
    } catch (CudaException e) {
      return Finding.warning(
          "kernels",
          "the driver does not take them: "
              + e.getMessage()
              + ": attention is computed on the host",
          "the device needs compute capability 7.5 or more, its driver CUDA 12.6 or more");
    }
  }

  private Finding modules() {
    return Finding.good(
        "peers",
        "nvidia_peermem is "
            + loaded(PEER_MODULE)
            + ", nvidia_fs (GPUDirect Storage; see the tier) is "
            + loaded(STORAGE_MODULE));
  }

  private String loaded(Path module) {
    return Files.isDirectory(root.resolve(module)) ? "loaded" : "not loaded";
  }
}
