/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** The plugin's figures, as any application sees them: the MBean {@code io.terrace:type=Reuse}. */
final class Figures {
  private Figures() {}

  static long get(String attribute) {
    return (long) attribute(attribute);
  }

  /** One of those of the device. */
  static long device(String name) {
    return (long) ((CompositeData) row("Device", name)).get("value");
  }

  private static Object row(String attribute, String name) {
    CompositeData row = ((TabularData) attribute(attribute)).get(new Object[] {name});
    if (row == null) {
      throw new AssertionError("the plugin has no device here: no figure " + name);
    }
    return row;
  }

  private static Object attribute(String attribute) {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .getAttribute(new ObjectName("io.terrace:type=Reuse"), attribute);
    } catch (JMException e) {
      throw new AssertionError("the plugin does not run here: no figure " + attribute, e);
    }
  }
}
