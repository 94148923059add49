/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Threads that ask a model one thing after another until their time is over. */
final class Requests {
  /** Every so many requests the next one is told to the plugin before the one at hand is asked. */
  private static final int PREFETCH_EVERY = 8;

  /** Every so many requests one is computed in memory that the plugin leaves to Jlama. */
  private static final int ALONE_EVERY = 16;

  private final SoakModel model;
  private final SoakTasks tasks;
  private final long seed;
  private final int threads;

  Requests(SoakModel model, SoakTasks tasks, long seed, int threads) {
    this.model = model;
    this.tasks = tasks;
    this.seed = seed;
    this.threads = threads;
  }

  /** Is told of every request; called by several threads. */
  interface Listener {
    void answered(SoakTask task, SoakAnswer answer, double millis);

    /** A request that reused nothing. */
    void computed(SoakTask task, double millis);

    void failed(SoakTask task, Throwable failure);
  }

  /** Asks everything once, on all threads, as the compiler needs to be warm. */
  void runAll(Listener listener) throws InterruptedException {
    Queue<SoakTask> left = new ConcurrentLinkedQueue<>(tasks.all());
    run(
        random -> {
          for (SoakTask task = left.poll(); task != null; task = left.poll()) {
            ask(task, listener);
          }
        });
  }

  /** Asks what is drawn until the time is over; returns when all threads have ended. */
  void run(Duration time, Listener listener) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    run(random -> ask(random, end, listener));
  }

  private void run(Consumer<SplittableRandom> work) throws InterruptedException {
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      SplittableRandom random = new SplittableRandom(seed + 31L * (i + 1));
      running.add(Thread.ofPlatform().name("request-" + i).start(() -> work.accept(random)));
    }
    for (Thread thread : running) {
      thread.join();
    }
  }

  private void ask(SplittableRandom random, long end, Listener listener) {
    SoakTask next = tasks.draw(random);
    for (int i = 1; System.nanoTime() - end < 0; i++) {
      SoakTask task = next;
      next = tasks.draw(random);
      if (i % PREFETCH_EVERY == 0) {
        model.prefetch(next);
      }
      if (i % ALONE_EVERY == 0) {
        compute(task, listener);
      } else {
        ask(task, listener);
      }
    }
  }

  private void compute(SoakTask task, Listener listener) {
    long begun = System.nanoTime();
    try {
      model.compute(task);
      listener.computed(task, (System.nanoTime() - begun) / 1e6);
    } catch (RuntimeException | Error e) {
      listener.failed(task, e);
    }
  }

  private void ask(SoakTask task, Listener listener) {
    long begun = System.nanoTime();
    try {
      SoakAnswer answer = model.answer(task);
      listener.answered(task, answer, (System.nanoTime() - begun) / 1e6);
    } catch (RuntimeException | Error e) {
      listener.failed(task, e);
    }
  }
}
