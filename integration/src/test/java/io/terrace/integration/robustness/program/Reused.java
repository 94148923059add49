/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.lang.management.ManagementFactory;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/** Figures of the plugin as JMX has them; -1 where it does not run. */
final class Reused {
  private Reused() {}

  static long figure(String attribute) {
    try {
      return (long)
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(new ObjectName("io.terrace:type=Reuse"), attribute);
    } catch (InstanceNotFoundException e) {
      return -1;
    } catch (JMException e) {
      throw new IllegalStateException("reading the figure " + attribute + " failed", e);
    }
  }
}
