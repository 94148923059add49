/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/** Figures of the plugin as JMX has them; -1 where it does not run. */
final class Reused {
  private Reused() {}

  static long figure(String attribute) {
    Object figure = attribute(attribute);
    return figure == null ? -1 : (long) figure;
  }

  /** What became of the calls to one tier below memory. */
  static long ofTier(String tier, String name) {
    Object tiers = attribute("Tiers");
    return tiers == null ? -1 : (long) value(value(tiers, tier), name);
  }

  /** All figures of one tier below memory, its own included, by name. */
  static Map<String, Long> ofTier(String tier) {
    Map<String, Long> figures = new TreeMap<>();
    for (Object row : ((TabularData) value(attribute("Tiers"), tier)).values()) {
      CompositeData entry = (CompositeData) row;
      figures.put((String) entry.get("key"), (Long) entry.get("value"));
    }
    return figures;
  }

  private static Object value(@Nullable Object map, String key) {
    CompositeData entry = ((TabularData) Objects.requireNonNull(map)).get(new Object[] {key});
    return entry.get("value");
  }

  private static @Nullable Object attribute(String name) {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .getAttribute(new ObjectName("io.terrace:type=Reuse"), name);
    } catch (InstanceNotFoundException e) {
      return null;
    } catch (JMException e) {
      throw new IllegalStateException("reading the figure " + name + " failed", e);
    }
  }
}
