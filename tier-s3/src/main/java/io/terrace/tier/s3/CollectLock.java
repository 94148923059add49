/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An object that says: somebody collects. It saves work, no more: two that collect at once do no
 * harm, so one that was left behind is taken over when it has not been written for a while. Ages
 * are told by the server's clock.
 */
final class CollectLock {
  private static final System.Logger LOGGER = System.getLogger(CollectLock.class.getName());

  /** Longer than any pause of a collector that is at work. */
  private static final Duration STALE = Duration.ofMinutes(2);

  private static final Duration REFRESH = Duration.ofSeconds(20);
  private static final Duration LAST = Duration.ofSeconds(2);

  private final SmallObjects objects;
  private final String object;
  private final byte[] token;
  private long refreshedNanos = System.nanoTime();

  private CollectLock(SmallObjects objects, String object, byte[] token) {
    this.objects = objects;
    this.object = object;
    this.token = token;
  }

  /**
   * Takes the lock, from somebody who has left it if need be.
   *
   * @return null if somebody is at work
   */
  static @Nullable CollectLock tryTake(SmallObjects objects, String object, Deadline deadline)
      throws TierException {
    byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    boolean taken = objects.putIfAbsent(object, token, deadline);
    if (!taken && isStale(objects.look(object, deadline))) {
      // Of several that do so at once, each may take it: they collect at once.
      taken =
          objects.removeAll(Set.of(object), deadline).isEmpty()
              && objects.putIfAbsent(object, token, deadline);
    }
    return taken ? new CollectLock(objects, object, token) : null;
  }

  private static boolean isStale(SmallObjects.@Nullable Seen lock) {
    return lock != null && lock.age().compareTo(STALE) > 0;
  }

  /** Says that the work goes on; to be called often. */
  void refresh(Deadline deadline) throws TierException {
    long now = System.nanoTime();
    if (now - refreshedNanos > REFRESH.toNanos() && isMine(deadline)) {
      refreshedNanos = now;
      objects.put(object, token, deadline);
    }
  }

  private boolean isMine(Deadline deadline) throws TierException {
    return Arrays.equals(token, objects.read(object, deadline));
  }

  /** Gives it back. */
  void release() {
    Deadline deadline = Deadline.after(LAST);
    try {
      if (isMine(deadline)) {
        objects.removeAll(Set.of(object), deadline);
      }
    } catch (TierException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the lock {0} stays: {1}", object, e.getMessage());
    }
  }
}
