/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Chunks that were damaged, kept for a person to look at. The oldest go when they become too many,
 * too large or too old.
 */
final class Aside {
  private static final int MOST_OBJECTS = 64;
  private static final long MOST_BYTES = 1L << 30;
  private static final Duration OLDEST = Duration.ofDays(7);

  private Aside() {}

  /**
   * Removes what is beyond the limits.
   *
   * @param prefix of all that is set aside
   * @param now by the server's clock
   * @return bytes that came free
   */
  static long trim(SmallObjects objects, String prefix, Instant now, Deadline deadline)
      throws TierException {
    List<S3Object> all = new ArrayList<>();
    String next = null;
    do {
      SmallObjects.Part part = objects.list(prefix, next, deadline);
      all.addAll(part.objects());
      next = part.next();
    } while (next != null);
    all.sort(Comparator.comparing(S3Object::lastModified).reversed());
    Map<String, Long> tooMany = new LinkedHashMap<>();
    long bytes = 0;
    for (int i = 0; i < all.size(); i++) {
      S3Object each = all.get(i);
      bytes += each.size();
      boolean old = each.lastModified().isBefore(now.minus(OLDEST));
      if (old || i >= MOST_OBJECTS || bytes > MOST_BYTES) {
        tooMany.put(each.key(), each.size());
      }
    }
    return remove(objects, tooMany, deadline);
  }

  private static long remove(SmallObjects objects, Map<String, Long> sizes, Deadline deadline)
      throws TierException {
    List<String> names = List.copyOf(sizes.keySet());
    long bytes = 0;
    for (int i = 0; i < names.size(); i += Removals.MOST_KEYS) {
      List<String> some = names.subList(i, Math.min(names.size(), i + Removals.MOST_KEYS));
      Set<String> left = objects.removeAll(some, deadline);
      for (String name : some) {
        bytes += left.contains(name) ? 0 : sizes.getOrDefault(name, 0L);
      }
    }
    return bytes;
  }
}
