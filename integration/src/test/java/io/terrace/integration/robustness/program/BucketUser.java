/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * Users of {@link SystemPrompt}, one after the other, who share a bucket. Prints what {@code
 * SystemPrompt} does, then {@code tier NAME VALUE} for each figure of the tier {@code s3}.
 *
 * <p>Arguments: the model's folder, then users.
 */
public final class BucketUser {
  private static final String ANSWER_TOKENS = "4";

  private BucketUser() {}

  public static void main(String[] arguments) throws Exception {
    for (String user : List.of(arguments).subList(1, arguments.length)) {
      SystemPrompt.main(new String[] {arguments[0], user, ANSWER_TOKENS});
    }
    awaitStored();
    figures().forEach(figure -> System.out.println("tier " + figure));
  }

  /** What a prompt leaves is stored behind it. */
  private static void awaitStored() throws Exception {
    ObjectName reuse = new ObjectName("io.terrace:type=Reuse");
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    if (beans.isRegistered(reuse)) {
      beans.invoke(reuse, "flush", new Object[] {60}, new String[] {int.class.getName()});
    }
  }

  private static List<String> figures() throws JMException {
    Object tiers =
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(new ObjectName("io.terrace:type=Reuse"), "Tiers");
    return rows((TabularData) tiers).stream()
        .filter(tier -> tier.get("key").equals("s3"))
        .flatMap(tier -> rows((TabularData) tier.get("value")).stream())
        .map(figure -> figure.get("key") + " " + figure.get("value"))
        .toList();
  }

  private static List<CompositeData> rows(TabularData table) {
    Collection<?> rows = table.values();
    return rows.stream().map(CompositeData.class::cast).toList();
  }
}
