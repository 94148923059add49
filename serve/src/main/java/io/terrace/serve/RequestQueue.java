/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait, at most so many, and the threads that answer them in the order in which
 * they came. A request takes its place before it is read, so that those that are read are bounded,
 * too. Safe for use by several threads.
 */
final class RequestQueue {
  private final int places;
  private final List<Thread> workers = new ArrayList<>();
  private final Deque<Ticket> queued = new ArrayDeque<>(); // guarded by this, as are the next ones
  private int waiting; // with those that are not queued yet
  private int running;
  private boolean stopping;
  private volatile boolean cancelling;

  RequestQueue(int places, int concurrency) {
    this.places = places;
    for (int i = 0; i < concurrency; i++) {
      workers.add(Thread.ofPlatform().name("terrace-serve-worker-" + i).start(this::work));
    }
  }

  /** A request that is ready to be answered. */
  interface Task {
    /** Answers it, on a worker's thread. */
    void run();

    /** Says that it will not be answered. */
    void refuse(ApiError error);
  }

  /** A place in the queue. */
  final class Ticket {
    private @Nullable Task task;
    private boolean left;

    private Ticket() {}

    /** The request waits for its turn from now on. */
    void enter(Task ready) {
      synchronized (RequestQueue.this) {
        if (left) {
          return;
        }
        if (!stopping) {
          task = ready;
          queued.add(this);
          RequestQueue.this.notifyAll();
          return;
        }
        leave();
      }
      ready.refuse(ApiError.stopping());
    }

    /** The request needs no place any more; nothing happens if it has none. */
    void leave() {
      synchronized (RequestQueue.this) {
        if (!left) {
          left = true;
          waiting--;
          queued.remove(this);
        }
      }
    }
  }

  /**
   * Takes a place.
   *
   * @throws ApiError if there is none, or the server is stopping
   */
  synchronized Ticket admit() throws ApiError {
    if (stopping) {
      throw ApiError.stopping();
    }
    if (waiting >= places) {
      throw ApiError.queueFull(places);
    }
    waiting++;
    return new Ticket();
  }

  synchronized int waiting() {
    return waiting;
  }

  synchronized int running() {
    return running;
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  /** Whether what still runs is to end, since the time to end by itself is over. */
  boolean isCancelling() {
    return cancelling;
  }

  /**
   * Refuses whatever waits and comes, and lets what runs come to its end.
   *
   * @param patience after which what still runs is cancelled
   * @param afterwards how long to wait for it then
   */
  void stop(Duration patience, Duration afterwards) {
    List<Ticket> turnedAway;
    synchronized (this) {
      stopping = true;
      turnedAway = List.copyOf(queued);
      turnedAway.forEach(Ticket::leave);
      notifyAll();
    }
    for (Ticket ticket : turnedAway) {
      Task task = ticket.task;
      if (task != null) {
        task.refuse(ApiError.stopping());
      }
    }
    if (!awaitWorkers(patience)) {
      cancelling = true;
      awaitWorkers(afterwards);
    }
  }

  /** Whether all of them ended. */
  private boolean awaitWorkers(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      for (Thread worker : workers) {
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        if (!worker.join(Duration.ofMillis(left))) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void work() {
    for (Task task = next(); task != null; task = next()) {
      try {
        task.run();
      } finally {
        ended();
      }
    }
  }

  /** Waits for a request; none comes once the server is stopping. */
  private synchronized @Nullable Task next() {
    try {
      while (queued.isEmpty()) {
        if (stopping) {
          return null;
        }
        wait();
      }
    } catch (InterruptedException e) {
      return null;
    }
    Ticket ticket = queued.getFirst();
    ticket.leave();
    running++;
    return ticket.task;
  }

  private synchronized void ended() {
    running--;
  }
}
