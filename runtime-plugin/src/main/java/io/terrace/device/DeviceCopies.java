/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the host that nobody writes any more, and of which a device has a copy: whoever computes
 * with one of them needs no copy of its own. A copy that is in use stays; of the others those used
 * last stay, as long as there is room. None outlives its page of the host.
 *
 * <p>Safe for use by several threads.
 */
final class DeviceCopies {
  private final DevicePool pool;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<KvPage, Copy> copies = new LinkedHashMap<>(); // by identity; oldest use first
  private long evicted;

  private static final class Copy {
    private final DevicePage page;
    private int users;

    Copy(DevicePage page) {
      this.page = page;
    }
  }

  DeviceCopies(DevicePool pool) {
    this.pool = pool;
  }

  /**
   * Uses the copy of a page until {@link #letGo}.
   *
   * @param host the caller's, as long as it uses the copy
   * @return null if there is none
   */
  @Nullable DevicePage use(KvPage host) {
    lock.lock();
    try {
      Copy copy = copies.get(host);
      if (copy == null) {
        return null;
      }
      copy.users++;
      return copy.page;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes a copy known, which is in use by whoever offers it.
   *
   * @return whether it is; not where another one is known
   */
  boolean offer(KvPage host, DevicePage page) {
    lock.lock();
    try {
      Copy copy = new Copy(page);
      copy.users = 1;
      return copies.putIfAbsent(host, copy) == null;
    } finally {
      lock.unlock();
    }
  }

  /** A use ends: of those without a user it is the last to go. */
  void letGo(KvPage host) {
    lock.lock();
    try {
      Copy copy = copies.remove(host);
      if (copy == null) {
        throw new IllegalStateException("no copy is in use of " + host);
      }
      copy.users--;
      copies.put(host, copy);
    } finally {
      lock.unlock();
    }
  }

  /** A page of the host is handed out anew: what was copied is no copy of it any more. */
  void forget(KvPage host) {
    lock.lock();
    try {
      Copy copy = copies.remove(host);
      if (copy != null) {
        pool.giveBack(copy.page);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives back the copy that was not in use for the longest time; false if all are in use. */
  boolean evict() {
    lock.lock();
    try {
      for (Map.Entry<KvPage, Copy> each : copies.entrySet()) {
        if (each.getValue().users == 0) {
          copies.remove(each.getKey());
          pool.giveBack(each.getValue().page);
          evicted++;
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Copies given back for want of room. */
  long evicted() {
    lock.lock();
    try {
      return evicted;
    } finally {
      lock.unlock();
    }
  }
}
