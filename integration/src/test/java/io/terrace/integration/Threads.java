/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs work on threads that begin at the same moment. */
final class Threads {
  private Threads() {}

  /** The results in the order of the work; throws what the first of them threw. */
  static <R> List<R> together(List<? extends Callable<R>> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(work.size());
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<R>> futures = new ArrayList<>();
      for (Callable<R> each : work) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return each.call();
                }));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(get(future));
      }
      return results;
    }
  }

  private static <R> R get(Future<R> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
