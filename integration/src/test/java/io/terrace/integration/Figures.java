/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** The plugin's figures, as any application sees them: the MBean {@code io.terrace:type=Reuse}. */
final class Figures {
  private Figures() {}

  static long get(String attribute) {
    try {
      return (long)
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(new ObjectName("io.terrace:type=Reuse"), attribute);
    } catch (JMException e) {
      throw new AssertionError("the plugin does not run here: no figure " + attribute, e);
    }
  }
}
