/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * Users of {@link SystemPrompt}, one after the other, who share a bucket. A process is killed
 * before the second one asks: that of the server. Prints what {@code SystemPrompt} does, then
 * {@code tier NAME VALUE} for each figure of the tier {@code s3}.
 *
 * <p>Arguments: the model's folder, the id of the process, or 0 for none; then users.
 */
public final class BucketUser {
  private static final String ANSWER_TOKENS = "4";

  private BucketUser() {}

  public static void main(String[] arguments) throws Exception {
    long server = Long.parseLong(arguments[1]);
    List<String> users = List.of(arguments).subList(2, arguments.length);
    SystemPrompt.main(new String[] {arguments[0], users.getFirst(), ANSWER_TOKENS});
    if (server != 0) {
      ProcessHandle process = ProcessHandle.of(server).orElseThrow();
      process.destroyForcibly();
      process.onExit().join();
    }
    for (String user : users.subList(1, users.size())) {
      SystemPrompt.main(new String[] {arguments[0], user, ANSWER_TOKENS});
    }
    figures().forEach(figure -> System.out.println("tier " + figure));
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
