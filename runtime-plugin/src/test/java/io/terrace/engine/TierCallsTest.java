/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.TierUnavailableException;
import io.terrace.spi.format.ChunkFault;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that hang: what they cost their own tier, and that they cost no other anything. */
final class TierCallsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final long REST_SECONDS = 10;
  private static final int LATE_CALLS = 4;
  private static final int CALLS_AT_ONCE = 64;

  private final TierCounters counters = new TierCounters();
  private final AtomicLong seconds = new AtomicLong();
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger finished = new AtomicInteger();
  private final List<String> states = new CopyOnWriteArrayList<>();
  private final EngineEvents told =
      new EngineEvents() {
        @Override
        public void failed(Throwable failure) {
          throw new AssertionError(failure);
        }

        @Override
        public void faulty(String tier, ChunkKey key, ChunkFault fault) {
          throw new AssertionError("nothing is read here");
        }

        @Override
        public void leftAlone(String tier, Duration rest, Throwable cause) {
          states.add(tier + " rests " + rest.toSeconds() + " s");
        }

        @Override
        public void wellAgain(String tier) {
          states.add(tier + " is well");
        }
      };

  private final TierCalls calls = calls("sick", counters);

  private TierCalls calls(String name, TierCounters ofTier) {
    ClassLoader loader = TierCallsTest.class.getClassLoader();
    return new TierCalls(name, loader, ofTier, told, () -> seconds.get() * 1_000_000_000L);
  }

  @AfterEach
  void letGo() {
    go.countDown();
  }

  private String hang() {
    HangingTier.awaitDeaf(go);
    return "late";
  }

  private void late() {
    assertThatThrownBy(
            () ->
                calls.call("hanging", Deadline.after(SHORT), this::hang, finished::incrementAndGet))
        .isExactlyInstanceOf(TierException.class)
        .hasMessageContaining("'sick' was not done hanging by the deadline");
  }

  private void leftAlone() {
    int before = finished.get();
    long skipped = counters.skipped.sum();
    assertThatThrownBy(
            () ->
                calls.call(
                    "looking", Deadline.after(SOON), () -> "found", finished::incrementAndGet))
        .isExactlyInstanceOf(TierUnavailableException.class)
        .hasMessageContaining("'sick' is left alone for now: looking was not tried");
    assertThat(finished).as("what it held is free").hasValue(before + 1);
    assertThat(counters.skipped.sum()).isEqualTo(skipped + 1);
  }

  private String look(TierCalls tier) throws TierException {
    return tier.call("looking", Deadline.after(SOON), () -> "found");
  }

  private void fails() {
    assertThatThrownBy(
            () ->
                calls.call(
                    "reading",
                    Deadline.after(SOON),
                    () -> {
                      throw new TierException("input/output error");
                    }))
        .isExactlyInstanceOf(TierException.class);
  }

  @Test
  void callsThatNeverEndMakeTheTierRest() throws TierException {
    for (int i = 0; i < LATE_CALLS; i++) {
      assertThat(calls.isResting()).isFalse();
      assertThat(look(calls)).as("so that no failures follow each other").isEqualTo("found");
      late();
    }
    assertThat(calls.isResting()).isTrue();
    assertThat(counters.timeouts.sum()).isEqualTo(LATE_CALLS);
    assertThat(counters.failures.sum()).isZero();
    leftAlone();
    seconds.addAndGet(REST_SECONDS);
    assertThat(look(calls)).as("tried again").isEqualTo("found");
    late();
    assertThat(calls.isResting()).as("one more is enough").isTrue();
    assertThat(states).containsExactly("sick rests 10 s", "sick is well", "sick rests 10 s");
  }

  @Test
  void callsThatCameBackAreForgotten() throws Exception {
    for (int i = 1; i < LATE_CALLS; i++) {
      late();
      assertThat(look(calls)).isEqualTo("found");
    }
    go.countDown();
    for (int i = 0; finished.get() < LATE_CALLS - 1 && i < 60_000; i++) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    CountDownLatch second = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                calls.call(
                    "hanging",
                    Deadline.after(SHORT),
                    () -> {
                      HangingTier.awaitDeaf(second);
                      return "late";
                    }))
        .isExactlyInstanceOf(TierException.class);
    second.countDown();
    assertThat(calls.isResting()).as("never so many at once").isFalse();
  }

  @Test
  void failuresInARowMakeTheTierRestLongerAndLonger() throws TierException {
    fails();
    fails();
    assertThat(look(calls)).isEqualTo("found");
    fails();
    late();
    assertThat(calls.isResting()).isFalse();
    fails();
    assertThat(calls.isResting()).as("the third in a row").isTrue();
    assertThat(counters.rests.sum()).isEqualTo(1);
    seconds.addAndGet(REST_SECONDS);
    fails(); // as the one call that finds out
    seconds.addAndGet(2 * REST_SECONDS - 1);
    leftAlone();
    assertThat(counters.resting.sum()).isEqualTo(1);
    seconds.addAndGet(1);
    assertThat(look(calls)).isEqualTo("found");
    assertThat(counters.resting.sum()).isZero();
    assertThat(counters.rests.sum()).as("all that time it was the same illness").isEqualTo(1);
    assertThat(states).containsExactly("sick rests 10 s", "sick is well");
  }

  @Test
  void aTierThatSaysItIsUnavailableRests() throws TierException {
    assertThatThrownBy(
            () ->
                calls.call(
                    "looking",
                    Deadline.after(SOON),
                    () -> {
                      throw new TierUnavailableException("no route");
                    }))
        .isExactlyInstanceOf(TierUnavailableException.class)
        .hasMessageContaining("no route");
    assertThat(counters.failures.sum()).isEqualTo(1);
    leftAlone();
    seconds.addAndGet(REST_SECONDS - 1);
    leftAlone();
    seconds.addAndGet(1);
    assertThat(look(calls)).isEqualTo("found");
    assertThat(counters.skipped.sum()).isEqualTo(2);
  }

  @Test
  void aCallThatFindsNoThreadIsNotMade() throws Exception {
    CountDownLatch begun = new CountDownLatch(CALLS_AT_ONCE);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLS_AT_ONCE; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      calls.call(
                          "hanging",
                          Deadline.NEVER,
                          () -> {
                            begun.countDown();
                            return hang();
                          });
                    } catch (TierException e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
    assertThat(begun.await(60, TimeUnit.SECONDS)).as("all of them at once").isTrue();
    leftAlone();
    go.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    seconds.addAndGet(REST_SECONDS);
    assertThat(look(calls)).isEqualTo("found");
  }

  /** As many as there are cores would be all carriers of virtual threads. */
  @Test
  void callsThatPinTheirThreadsTakeNoOtherTierDown() throws TierException {
    TierCounters healthy = new TierCounters();
    for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
      assertThatThrownBy(
              () ->
                  calls.call(
                      "sorting", Deadline.after(Duration.ofMillis(200)), this::hangInNativeCode))
          .isExactlyInstanceOf(TierException.class);
      seconds.addAndGet(REST_SECONDS);
    }
    assertThat(look(calls("healthy", healthy))).isEqualTo("found");
    assertThat(healthy.timeouts.sum()).isZero();
  }

  /** The C library's qsort, whose comparison waits: a virtual thread would keep its carrier. */
  @SuppressWarnings("restricted")
  private String hangInNativeCode() {
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      MethodHandle qsort =
          linker.downcallHandle(
              linker.defaultLookup().find("qsort").orElseThrow(),
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS));
      MethodHandle compare =
          MethodHandles.lookup()
              .bind(
                  this,
                  "compare",
                  MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
      MemorySegment comparison =
          linker.upcallStub(
              compare,
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
              arena);
      qsort.invokeExact(arena.allocate(8), 2L, 4L, comparison);
      return "sorted";
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unused") // called from native code
  private int compare(MemorySegment one, MemorySegment other) {
    hang();
    return 0;
  }

  @Test
  void callsHaveNothingOfTheThreadThatNeedsThem() throws TierException {
    InheritableThreadLocal<String> ofRequest = new InheritableThreadLocal<>();
    ofRequest.set("whose request it is");
    try {
      Thread own = Thread.currentThread();
      Thread used =
          calls.call(
              "looking",
              Deadline.after(SOON),
              () -> {
                assertThat(ofRequest.get()).isNull();
                return Thread.currentThread();
              });
      assertThat(used).isNotSameAs(own);
      assertThat(used.isDaemon()).as("it keeps no process alive").isTrue();
      assertThat(used.getName()).startsWith("terrace-sick-");
      assertThat(used.getContextClassLoader()).isSameAs(TierCallsTest.class.getClassLoader());
    } finally {
      ofRequest.remove();
    }
  }

  @Test
  void anInterruptOfOneCallIsNotThatOfTheNext() throws TierException {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () ->
                  calls.call(
                      "waiting",
                      Deadline.after(SHORT),
                      () -> {
                        try {
                          go.await();
                          return "done";
                        } catch (InterruptedException e) {
                          throw new TierException("interrupted", e);
                        }
                      }))
          .isInstanceOf(TierException.class);
      seconds.addAndGet(REST_SECONDS);
      assertThat(
              calls.call(
                  "looking", Deadline.after(SOON), () -> Thread.currentThread().isInterrupted()))
          .isFalse();
    }
  }

  @Test
  void theEndInterruptsCallsAndMakesNoMore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    calls.call(
                        "waiting",
                        Deadline.NEVER,
                        () -> {
                          begun.countDown();
                          try {
                            return go.await(1, TimeUnit.HOURS);
                          } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw new TierException("interrupted", e);
                          }
                        });
                  } catch (TierException e) {
                    // as it should be
                  }
                });
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    calls.close();
    assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    caller.join();
    leftAlone();
  }
}
