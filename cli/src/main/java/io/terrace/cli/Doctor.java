/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.config.ConfigLoader.LoadedConfig;
import io.terrace.config.PluginConfig;
import io.terrace.device.cuda.CudaDevice;
import io.terrace.loader.TierInspector;
import io.terrace.spi.Finding;
import io.terrace.spi.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** {@code terrace doctor}: the machine, the configuration, the device, each tier of the stack. */
final class Doctor {
  private final MachineCheck machine;
  private final DeviceCheck device;
  private final LongSupplier totalMemoryBytes;
  private final Duration patience;

  /**
   * @param root where {@code /proc} and {@code /sys} are
   * @param totalMemoryBytes memory of the container or machine; 0 if unknown
   * @param patience how long one tier may take
   */
  Doctor(Path root, LongSupplier totalMemoryBytes, Duration patience) {
    this.machine = new MachineCheck(root);
    this.device = new DeviceCheck(root, CudaDevice.DEFAULT_LIBRARY);
    this.totalMemoryBytes = totalMemoryBytes;
    this.patience = patience;
  }

  /**
   * What was found out about one thing.
   *
   * @param name "machine", "configuration", "device", or "tier" and a tier's name
   */
  record Section(String name, List<Finding> findings) {
    boolean isBad() {
      return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.BAD);
    }
  }

  /**
   * Looks at everything; a configuration that cannot be used leaves the tiers out.
   *
   * @param loading throws {@link ConfigException} for such a one
   */
  List<Section> examine(Supplier<LoadedConfig> loading) {
    List<Finding> ofMachine = machine.findings();
    List<Finding> ofConfiguration = new ArrayList<>();
    List<Section> sections = new ArrayList<>();
    sections.add(new Section("machine", ofMachine));
    sections.add(new Section("configuration", ofConfiguration));
    try {
      LoadedConfig loaded = loading.get();
      PluginConfig config = loaded.config();
      ofMachine.add(machine.memory(config.poolBytes(), totalMemoryBytes.getAsLong()));
      ofConfiguration.addAll(configuration(loaded));
      TierInspector inspector = new TierInspector(config);
      ofConfiguration.addAll(inspector.findings());
      sections.add(new Section("device", device.findings(config)));
      for (String name : config.stack()) {
        sections.add(
            new Section("tier " + name, new TierCheck(inspector, name, patience).findings()));
      }
    } catch (ConfigException e) {
      String advice = "change it: until then applications run without Terrace";
      e.problems().forEach(text -> ofConfiguration.add(Finding.bad("settings", text, advice)));
    }
    return sections;
  }

  private static List<Finding> configuration(LoadedConfig loaded) {
    List<Finding> findings = new ArrayList<>();
    PluginConfig config = loaded.config();
    String file = loaded.file();
    findings.add(Finding.good("file", file == null ? "none: defaults" : file));
    String written = loaded.settings().toString();
    if (!written.isEmpty()) {
      findings.add(Finding.good("settings", written));
    }
    findings.add(Finding.good("stack", String.join(", then ", config.stack())));
    if (!config.enabled()) {
      findings.add(Finding.warning("enabled", "Terrace is turned off", "set 'enabled' to true"));
    }
    if (!config.reuse()) {
      findings.add(Finding.warning("reuse", "nothing is looked up", "set 'reuse' to true"));
    }
    return findings;
  }
}
