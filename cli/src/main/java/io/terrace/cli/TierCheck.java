/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.loader.InspectedTier;
import io.terrace.loader.TierInspector;
import io.terrace.spi.Capabilities;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.TierException;
import io.terrace.spi.config.ConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Opens a tier and lets it examine itself: whatever goes wrong is a finding. */
final class TierCheck {
  private static final String OPENED = "opened";

  private final TierInspector inspector;
  private final String name;
  private final Duration patience;
  private final List<Finding> findings = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param name one of the stack
   * @param patience how long the tier may take; one that hangs is left behind after twice that
   */
  TierCheck(TierInspector inspector, String name, Duration patience) {
    this.inspector = inspector;
    this.name = name;
    this.patience = patience;
  }

  List<Finding> findings() {
    CountDownLatch done = new CountDownLatch(1);
    Runnable work =
        () -> {
          try {
            examine();
          } finally {
            done.countDown();
          }
        };
    Thread.ofPlatform().daemon().name("doctor-" + name).start(work);
    boolean ended = false;
    try {
      ended = done.await(2 * patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Finding> found = List.copyOf(findings);
    if (ended) {
      return found;
    }
    List<Finding> all = new ArrayList<>(found);
    all.add(
        Finding.bad(
            "answer",
            "none after " + 2 * patience.toSeconds() + " s",
            "see whether its store hangs: is it mounted, and can it be listed by hand?"));
    return all;
  }

  private void examine() {
    try {
      String settings = inspector.settings(name);
      if (!settings.isEmpty()) {
        findings.add(Finding.good("settings", settings));
      }
      examineOpened();
    } catch (ConfigException e) {
      e.problems().forEach(problem -> findings.add(Finding.bad(OPENED, problem, advice(problem))));
    } catch (TierException e) {
      findings.add(Finding.bad("examined", String.valueOf(e.getMessage()), ""));
    } catch (RuntimeException | Error e) {
      findings.add(Finding.bad("broken", "the tier itself fails: " + e, "tell its authors"));
    }
  }

  private void examineOpened() throws TierException {
    Consumer<String> notClosed =
        why -> findings.add(Finding.bad("closed", why, "tell its authors"));
    try (InspectedTier open = inspector.open(name, notClosed)) {
      KvTier tier = open.tier();
      String place = inspector.place(name);
      findings.add(Finding.good(OPENED, abilities(tier.capabilities()) + "; from " + place));
      findings.addAll(List.copyOf(tier.examine(Deadline.after(patience))));
    }
  }

  private String advice(String problem) {
    String root = Messages.whereToSetStore(name, problem);
    return root.isEmpty()
        ? "change it: until then applications run without this tier; without Terrace where it is"
            + " the first, is not installed, or has keys that are not allowed"
        : root;
  }

  private static String abilities(Capabilities can) {
    List<String> words = new ArrayList<>();
    words.add(can.retainsPages() ? "in this process' memory" : can.shared() ? "shared" : "own");
    if (can.durable()) {
      words.add("durable");
    }
    if (can.lends()) {
      words.add("lends memory");
    }
    if (can.direct()) {
      words.add("direct path to the device");
    }
    return String.join(", ", words);
  }
}
