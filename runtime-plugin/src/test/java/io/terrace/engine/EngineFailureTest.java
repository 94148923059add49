/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.device.PooledPage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tier that throws: the caller hears of it, and neither index nor accounts suffer. */
final class EngineFailureTest {
  private static final int[] PROMPT = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

  private final World world = World.large();
  private final World.Model model = world.model(World.FOUR);

  @Test
  void aLookupThatFailsGivesBackWhatItLeased() {
    Session writer = computed(PROMPT);
    writer.publish();
    writer.close();
    failAt(TestTier.Call.LEASE, 2);
    Session reader = world.engine().open(model.space());
    reader.tell(0, PROMPT);
    assertThatThrownBy(() -> Runs.reuse(reader)).isInstanceOf(TestTier.TierFailure.class);
    assertThat(reader.computed()).isZero();
    reader.close();
    world.checkAccounts();
    world.tier().failWhen(call -> false);
    Session next = world.engine().open(model.space());
    next.tell(0, PROMPT);
    assertThat(Runs.reuse(next)).isEqualTo(9);
    next.close();
    done();
  }

  /** Whichever call of a renaming fails, no page is lost and what is found is right. */
  @ParameterizedTest
  @EnumSource
  void aRenamingThatFails(TestTier.Call call) {
    for (int n = 0; n < 6; n++) {
      World.Model renamed = world.model(World.FOUR);
      Conversation open = new Conversation(world, renamed, false);
      open.prompt(0, PROMPT, 4);
      Conversation other = new Conversation(world, renamed, false);
      other.prompt(0, new int[] {1, 2, 3, 4, 9}, 4);
      other.end();
      failAt(call, n);
      try {
        world.rename(renamed, n);
      } catch (TestTier.TierFailure expected) {
        assertThat(call).isNotEqualTo(TestTier.Call.RECLAIM);
      }
      world.tier().failWhen(any -> false);
      open.check();
      open.prompt(10, new int[] {11, 12, 13}, 4);
      Conversation reader = new Conversation(world, renamed, false);
      reader.prompt(0, new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99}, 4);
      reader.check();
      reader.end();
      open.end();
      world.checkAccounts();
    }
    world.close();
  }

  /**
   * A tier may hold a page although storing it failed. If the session then wrote over it, whoever
   * published those tokens next would be told that they are stored, and the wrong KV be served.
   */
  @Test
  void aPageThatTheTierMayHoldIsNotWritten() {
    failAt(TestTier.Call.WRITTEN, 0);
    Session writer = computed(1, 2, 3);
    assertThatThrownBy(writer::publish).isInstanceOf(TestTier.TierFailure.class);
    world.tier().failWhen(call -> false);
    writer.tell(1, new int[] {7, 7});
    FakeRuntime.pass(writer, 1, 3);
    Session second = computed(1, 2, 3);
    second.publish();
    Session third = world.engine().open(model.space());
    third.tell(0, new int[] {1, 2, 3, 4});
    assertThat(Runs.reuse(third)).isEqualTo(3);
    FakeRuntime.check(third, new int[] {1, 2, 3, 4}, 3);
    List.of(writer, second, third).forEach(Session::close);
    done();
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "WRITTEN", "REMOVE", "REMOVED"})
  void aPublicationThatFailsIsMadeUpForByTheNext(TestTier.Call call) {
    Session session = computed(1, 2);
    session.publish();
    session.tell(2, new int[] {3, 4, 5});
    FakeRuntime.pass(session, 2, 5);
    failAt(call, 0);
    assertThatThrownBy(session::publish).isInstanceOf(TestTier.TierFailure.class);
    world.tier().failWhen(any -> false);
    session.publish();
    session.close();
    Session reader = world.engine().open(model.space());
    reader.tell(0, new int[] {1, 2, 3, 4, 5, 6});
    assertThat(Runs.reuse(reader)).isEqualTo(5);
    FakeRuntime.check(reader, new int[] {1, 2, 3, 4, 5, 6}, 5);
    reader.close();
    done();
  }

  /** Memory that a tier fails to give back is memory that is not there: pages come all the same. */
  @Test
  void aSessionGetsItsPagesWhenReclaimFails() {
    try (World small = new World(2 << 20, TestTier::unbounded)) {
      List<PooledPage> pages = new ArrayList<>();
      small.tier().failWhen(call -> call == TestTier.Call.RECLAIM);
      for (int i = 0; i < 33; i++) {
        pages.add(small.pool().allocate(World.FOUR));
      }
      assertThat(small.pool().privatePages()).isEqualTo(1);
      assertThat(small.failures()).hasSize(1);
      assertThat(small.failures().getFirst())
          .hasMessageContaining("gave no memory back")
          .hasCauseInstanceOf(TestTier.TierFailure.class);
      pages.forEach(PooledPage::release);
    }
  }

  private Session computed(int... tokens) {
    Session session = world.engine().open(model.space());
    session.tell(0, tokens);
    FakeRuntime.pass(session, 0, tokens.length);
    return session;
  }

  /** From the n-th call of a kind on, counted from 0, all of them fail. */
  private void failAt(TestTier.Call kind, int n) {
    AtomicInteger calls = new AtomicInteger();
    world.tier().failWhen(call -> call == kind && calls.getAndIncrement() >= n);
  }

  private void done() {
    world.checkAccounts();
    world.close();
  }
}
