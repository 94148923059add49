/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** What the plugin says of itself through JMX, as gauges. Not for use by several threads. */
final class PluginFigures {
  private static final Logger LOG = System.getLogger(PluginFigures.class.getName());
  private static final String TIERS = "Tiers";

  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName name = name();
  private final MultiGauge figures;
  private final MultiGauge tierFigures;

  PluginFigures(MeterRegistry registry) {
    figures =
        MultiGauge.builder("terrace.plugin")
            .description("The attributes of the MBean io.terrace:type=Reuse")
            .register(registry);
    tierFigures =
        MultiGauge.builder("terrace.plugin.tier")
            .description("What became of the calls to each tier below memory, since the start")
            .register(registry);
  }

  private static ObjectName name() {
    try {
      return new ObjectName("io.terrace:type=Reuse");
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads them again; without the plugin there are none. */
  void update() {
    if (!beans.isRegistered(name)) {
      return;
    }
    try {
      List<Row<?>> rows = new ArrayList<>();
      for (MBeanAttributeInfo attribute : beans.getMBeanInfo(name).getAttributes()) {
        Object value = beans.getAttribute(name, attribute.getName());
        if (value instanceof Number number) {
          rows.add(Row.of(Tags.of("figure", snakeCase(attribute.getName())), number));
        } else if (attribute.getName().equals(TIERS) && value instanceof TabularData tiers) {
          tierFigures.register(tierRows(tiers), true);
        }
      }
      figures.register(rows, true);
    } catch (JMException e) {
      LOG.log(Level.WARNING, "the plugin's figures cannot be read from " + name, e);
    }
  }

  private static List<Row<?>> tierRows(TabularData tiers) {
    List<Row<?>> rows = new ArrayList<>();
    for (Object tier : tiers.values()) {
      CompositeData entry = (CompositeData) tier;
      for (Object figure : ((TabularData) entry.get("value")).values()) {
        CompositeData pair = (CompositeData) figure;
        Tags tags =
            Tags.of(
                "tier",
                String.valueOf(entry.get("key")),
                "figure",
                String.valueOf(pair.get("key")));
        rows.add(Row.of(tags, (Number) pair.get("value")));
      }
    }
    return rows;
  }

  private static String snakeCase(String attribute) {
    return attribute.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
