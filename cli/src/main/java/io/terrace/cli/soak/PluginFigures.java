/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import io.terrace.loader.ReuseMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The plugin's figures, as any application sees them.
 *
 * @param engine by the names of the MBean
 * @param tiers those of each tier below memory, by its name
 */
record PluginFigures(Map<String, Long> engine, Map<String, Map<String, Long>> tiers) {
  private static final String OWN_FAULT = "own.fault.";

  static PluginFigures now() {
    ReuseMXBean bean = bean();
    Map<String, Long> engine = new LinkedHashMap<>();
    engine.put("lookups", bean.getLookups());
    engine.put("promptTokens", bean.getPromptTokens());
    engine.put("reusedTokens", bean.getReusedTokens());
    engine.put("adoptedPages", bean.getAdoptedPages());
    engine.put("copiedPositions", bean.getCopiedPositions());
    engine.put("evictedChunks", bean.getEvictedChunks());
    engine.put("privatePagesEver", bean.getPrivatePagesEver());
    engine.put("spillsDropped", bean.getSpillsDropped());
    engine.put("untrackedSessions", bean.getUntrackedSessions());
    engine.put("failures", bean.getFailures());
    return new PluginFigures(engine, new LinkedHashMap<>(bean.getTiers()));
  }

  /** The bean itself. */
  static ReuseMXBean bean() {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName name = new ObjectName("io.terrace:type=Reuse");
      if (!beans.isRegistered(name)) {
        throw new IllegalStateException("the plugin does not run here: no MBean " + name);
      }
      return JMX.newMXBeanProxy(beans, name, ReuseMXBean.class);
    } catch (JMException e) {
      throw new IllegalStateException("a name of an MBean that is none", e);
    }
  }

  /** How often a tier did something on purpose. */
  long faults() {
    return tiers.values().stream()
        .map(Map::entrySet)
        .flatMap(entries -> entries.stream().filter(e -> e.getKey().startsWith(OWN_FAULT)))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
