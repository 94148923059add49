/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the tests of the classes that it is given, in a JVM that was started in another way. */
final class TestRun {
  private static final int STACK_LINES = 12;

  private TestRun() {}

  public static void main(String[] names) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    List<ClassSelector> classes = Stream.of(names).map(DiscoverySelectors::selectClass).toList();
    LauncherFactory.create()
        .execute(LauncherDiscoveryRequestBuilder.request().selectors(classes).build(), listener);
    TestExecutionSummary summary = listener.getSummary();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.printFailuresTo(out, STACK_LINES);
    out.println("passed " + summary.getTestsSucceededCount());
    out.println("failed " + summary.getTotalFailureCount());
    out.println("spilled " + Figures.device("spilledBytes"));
    System.exit(0); // whatever threads are left
  }
}
