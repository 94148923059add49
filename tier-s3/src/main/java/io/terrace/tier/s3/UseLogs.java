/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Reads the logs of uses of all instances, for a collector. What the log of an instance says that
 * is not there any more goes into the own log, and that log goes.
 */
final class UseLogs {
  private static final System.Logger LOGGER = System.getLogger(UseLogs.class.getName());

  /** An instance that noted nothing for so long may be gone; if it is not, it writes again. */
  private static final Duration LEFT = Duration.ofDays(1);

  private final SmallObjects objects;
  private final ObjectNames names;
  private final Uses own;
  private final Counters counters;

  /** Objects that are no logs, and that the log of messages has. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  UseLogs(SmallObjects objects, ObjectNames names, Uses own, Counters counters) {
    this.objects = objects;
    this.names = names;
    this.own = own;
    this.counters = counters;
  }

  /**
   * When chunks were used.
   *
   * @param now by the server's clock
   */
  record Read(UseTimes times, Instant now) {}

  /** Reads all logs. */
  Read read(Deadline deadline) throws TierException {
    List<S3Object> logs = new ArrayList<>();
    SmallObjects.Part part = objects.list(names.uses(), null, deadline);
    Instant now = part.serverTime();
    logs.addAll(part.objects());
    while (part.next() != null) {
      part = objects.list(names.uses(), part.next(), deadline);
      logs.addAll(part.objects());
    }
    logs.removeIf(log -> log.key().equals(own.log()));
    logs.sort(Comparator.comparing(S3Object::lastModified).reversed());
    UseTimes times = new UseTimes();
    times.add(own.entries(), now);
    List<String> left = new ArrayList<>();
    for (S3Object log : logs) {
      List<UseLog.Entry> entries = entries(log, deadline);
      Duration age = Duration.between(log.lastModified(), now);
      times.add(entries, log.lastModified());
      if (!entries.isEmpty() && age.compareTo(LEFT) > 0 && left.size() < Removals.MOST_KEYS) {
        own.adopt(entries, age);
        left.add(log.key());
      }
    }
    times.settle();
    remove(left, deadline);
    return new Read(times, now);
  }

  /** Removes logs, once the own one has what they say. */
  private void remove(List<String> left, Deadline deadline) throws TierException {
    if (!left.isEmpty()) {
      own.write(deadline);
      objects.removeAll(left, deadline);
    }
  }

  /** What a log says; nothing if it is none, or went a moment ago. */
  private List<UseLog.Entry> entries(S3Object log, Deadline deadline) throws TierException {
    byte[] content =
        log.size() > UseLog.MOST_BYTES ? new byte[0] : objects.read(log.key(), deadline);
    try {
      return content == null ? List.of() : UseLog.decode(content);
    } catch (IllegalArgumentException e) {
      counters.add(Count.USES_DAMAGED);
      LOGGER.log(
          told.add(log.key()) ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
          "the log of uses {0} is left out: {1}; remove it if nothing writes it",
          log.key(),
          e.getMessage());
      return List.of();
    }
  }
}
