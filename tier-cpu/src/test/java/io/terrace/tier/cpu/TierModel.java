/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import io.terrace.spi.WriteResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a tier of least recently used leaves does, as plainly as it can be said. */
final class TierModel {
  private static final class Kept {
    private final int parent;
    private final FakePage page;
    private int lastUse;

    Kept(int parent, FakePage page) {
      this.parent = parent;
      this.page = page;
    }
  }

  private final int capacityBytes;
  private final Map<Integer, Kept> kept = new HashMap<>();
  private final List<Integer> evicted = new ArrayList<>();
  private int uses;

  TierModel(int capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  List<Integer> evicted() {
    return evicted;
  }

  /** To be asked before the tier is: an idle page has the tier's own reference only. */
  WriteResult write(int number, int parent, FakePage page, boolean replaces) {
    if (kept.containsKey(number) && !replaces) {
      return WriteResult.PRESENT;
    }
    if (page.geometry().pageBytes() > capacityBytes) {
      return WriteResult.NO_ROOM;
    }
    if (parent != 0 && !kept.containsKey(parent)) {
      return WriteResult.ORPHAN;
    }
    boolean replaced = kept.containsKey(number);
    remove(number);
    while (usedBytes() + page.geometry().pageBytes() > capacityBytes) {
      if (!evictOne(parent)) {
        if (replaced) {
          evicted.add(number);
        }
        return WriteResult.NO_ROOM;
      }
    }
    kept.put(number, new Kept(parent, page));
    use(number);
    return WriteResult.STORED;
  }

  boolean contains(int number) {
    return kept.containsKey(number);
  }

  boolean use(int number) {
    Kept chunk = kept.get(number);
    if (chunk != null) {
      chunk.lastUse = ++uses;
    }
    return chunk != null;
  }

  FakePage page(int number) {
    return Objects.requireNonNull(kept.get(number)).page;
  }

  void remove(int number) {
    if (kept.remove(number) != null) {
      List<Integer> children = new ArrayList<>();
      kept.forEach(
          (other, chunk) -> {
            if (chunk.parent == number) {
              children.add(other);
            }
          });
      children.forEach(this::remove);
    }
  }

  long reclaim(long bytes) {
    long before = usedBytes();
    boolean more = true;
    while (more && before - usedBytes() < bytes) {
      more = evictOne(0);
    }
    return before - usedBytes();
  }

  long usedBytes() {
    return kept.values().stream().mapToLong(chunk -> chunk.page.geometry().pageBytes()).sum();
  }

  private boolean evictOne(int spared) {
    Optional<Map.Entry<Integer, Kept>> victim =
        kept.entrySet().stream()
            .filter(entry -> entry.getKey() != spared && isLeaf(entry.getKey()))
            .filter(entry -> entry.getValue().page.references() == 1)
            .min(Comparator.comparingInt(entry -> entry.getValue().lastUse));
    victim.ifPresent(
        entry -> {
          evicted.add(entry.getKey());
          kept.remove(entry.getKey());
        });
    return victim.isPresent();
  }

  private boolean isLeaf(int number) {
    return kept.values().stream().noneMatch(chunk -> chunk.parent == number);
  }
}
