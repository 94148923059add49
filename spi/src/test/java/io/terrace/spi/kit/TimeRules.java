/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules 80x: deadlines, interrupts and what a call may throw. */
interface TimeRules extends Rules {
  /** One call of a tier. */
  @FunctionalInterface
  interface Call {
    /** What the call says, for messages and comparisons. */
    @Nullable Object make(Deadline deadline) throws TierException;
  }

  /** Every call that takes a deadline, about a chunk that is here; none of them changes it. */
  private Map<String, Call> calls(TestChunk here, TestChunk fresh) {
    KvTier tier = bench().tier();
    return Map.of(
        "contains", deadline -> tier.contains(here.key(), deadline),
        "containsAll", deadline -> tier.containsAll(List.of(here.key()), deadline).get(0),
        "read", deadline -> tier.read(here.key(), new RecordingSink(), deadline),
        "lease", deadline -> leased(here, deadline),
        "write again", deadline -> bench().write(tier, here, deadline),
        "write", deadline -> bench().write(tier, fresh, deadline),
        "list", deadline -> tier.list(null, 10, deadline).chunks().isEmpty(),
        "examine", deadline -> tier.examine(deadline),
        "collect", deadline -> tier.collect(deadline),
        "remove", deadline -> removed(bench().chunks().full(99), deadline));
  }

  private @Nullable Object leased(TestChunk here, Deadline deadline) throws TierException {
    var lease = bench().tier().lease(here.key(), deadline);
    if (lease != null) {
      lease.close();
    }
    return null;
  }

  private @Nullable Object removed(TestChunk absent, Deadline deadline) throws TierException {
    bench().tier().remove(absent.key(), deadline);
    return null;
  }

  /** What a call may say of a chunk that is here, or of a fresh one; null for anything. */
  private static @Nullable Object truth(String call) {
    return switch (call) {
      case "contains", "containsAll" -> true;
      case "read" -> ReadOutcome.FOUND;
      case "list" -> false;
      default -> null;
    };
  }

  /** Makes a call; it must say the truth or fail as a tier fails. */
  private @Nullable TierException truthOrFailure(String name, Call call, Deadline deadline) {
    try {
      Object said = call.make(deadline);
      Object truth = truth(name);
      Expect.that(
          truth == null || truth.equals(said),
          name + " of a chunk that is here gave " + said,
          "that a call that cannot know ends with a TierException, and never with a miss");
      return null;
    } catch (TierException e) {
      return e;
    } catch (RuntimeException e) {
      throw new AssertionError(
          name + " threw " + e + ". Check that only TierException leaves a tier.", e);
    }
  }

  @Test
  default void rule_801_aDeadlineThatIsOverIsNoMiss() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    calls(here, bench().chunks().full(2))
        .forEach((name, call) -> truthOrFailure(name, call, TierBench.OVER));
    bench().expectFound(here, "that calls that came too late changed nothing");
  }

  @Test
  default void rule_802_noCallWaitsBeyondItsDeadline() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    HeldSink sink = new HeldSink();
    Running<ReadOutcome> held =
        bench().start(() -> bench().tier().read(here.key(), sink, Deadline.NEVER));
    bench().untilAsked(sink);
    String check = "that no lock is held while a sink is asked, and that all waiting has an end";
    try {
      for (Map.Entry<String, Call> each : calls(here, bench().chunks().full(2)).entrySet()) {
        Deadline deadline = Deadline.after(Duration.ofMillis(100));
        String name = each.getKey() + " beside a slow read";
        bench()
            .start(() -> Boolean.valueOf(truthOrFailure(name, each.getValue(), deadline) == null))
            .result(name, check);
      }
    } finally {
      sink.release();
    }
    Expect.same(ReadOutcome.FOUND, held.result("a slow read", check), "a slow read", check);
    TierBench.expectContent(here, sink, check);
  }

  @Test
  default void rule_803_anInterruptLeavesTheFlagSet() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    String check = "that whoever catches an InterruptedException sets the thread's flag again";
    calls(here, bench().chunks().full(2))
        .forEach(
            (name, call) -> {
              Thread.currentThread().interrupt();
              try {
                truthOrFailure(name, call, bench().inTime());
              } finally {
                boolean kept = Thread.interrupted();
                Expect.that(kept, name + " took the thread's interrupt flag away", check);
              }
            });
    bench().expectFound(here, "that an interrupt does no harm to later calls");
  }

  @Test
  default void rule_804_anInterruptEndsACallThatWaits() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    HeldSink sink = new HeldSink();
    Running<ReadOutcome> held =
        bench().start(() -> bench().tier().read(here.key(), sink, Deadline.NEVER));
    bench().untilAsked(sink);
    String check = "that all waiting ends when the thread is interrupted";
    try {
      for (Map.Entry<String, Call> each : calls(here, bench().chunks().full(2)).entrySet()) {
        String name = each.getKey() + ", interrupted beside a slow read,";
        Running<Boolean> waiting =
            bench().start(() -> truthOrFailure(name, each.getValue(), Deadline.NEVER) == null);
        waiting.untilItWaits();
        waiting.thread().interrupt();
        waiting.result(name, check);
      }
    } finally {
      sink.release();
    }
    held.result("a slow read", check);
  }

  /** Everything that the tier can be made to throw. */
  private List<Throwable> failures(TestChunk here) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    calls(here, bench().chunks().full(2))
        .forEach((name, call) -> collect(failures, call, TierBench.OVER));
    if (bench().contract().setBroken(true)) {
      try {
        calls(here, bench().chunks().full(3))
            .forEach((name, call) -> collect(failures, call, bench().inTime()));
      } finally {
        bench().contract().setBroken(false);
      }
    }
    return failures;
  }

  private static void collect(List<Throwable> failures, Call call, Deadline deadline) {
    try {
      call.make(deadline);
    } catch (TierException | RuntimeException e) {
      failures.add(e);
    }
  }

  @Test
  default void rule_805_onlyTierExceptionEscapes() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    List<Throwable> failures = failures(here);
    assumeTrue(!failures.isEmpty(), "the tier cannot be made to fail (hook setBroken)");
    for (Throwable failure : failures) {
      if (!(failure instanceof TierException)) {
        throw new AssertionError(
            "a tier threw " + failure + ". Check that failures are wrapped in TierException.",
            failure);
      }
    }
    bench().expectFound(here, "that the tier works again when its store does");
  }

  @Test
  default void rule_806_messagesDoNotGiveAwayKeys() throws Exception {
    TestChunk here = bench().store(bench().chunks().full(1));
    for (Throwable failure : failures(here)) {
      String message = String.valueOf(failure.getMessage());
      for (int number : new int[] {1, 2, 3, 99}) {
        Expect.that(
            !message.contains(bench().chunks().full(number).key().hex()),
            "a message holds a whole key: " + message.length() + " characters",
            "that messages name chunks by ChunkKey.toString, not by hex or a path");
      }
    }
  }
}
