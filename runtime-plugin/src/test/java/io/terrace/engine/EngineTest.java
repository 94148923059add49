/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lookup, publication and renaming, with all positions read back. */
final class EngineTest {
  private final World world = World.large();
  private final World.Model model = world.model(World.FOUR);
  private final EngineCounters counters = world.engine().counters();

  @Test
  void chunksAreNamedByTheKeyChain() {
    int[] prompt = {7, 7, 7, 7, 8, 8, 8, 8, 9};
    ask(model, prompt).end();
    KeyChain keys = new KeyChain();
    ChunkKey root = model.space().rootKey();
    ChunkKey first = keys.next(root, prompt, 0, 4);
    ChunkKey second = keys.next(first, prompt, 4, 4);
    assertThat(world.tier().written())
        .containsExactly(
            new ChunkDescriptor(first, root, 0, 4, World.FOUR),
            new ChunkDescriptor(second, first, 4, 4, World.FOUR),
            new ChunkDescriptor(keys.next(second, prompt, 8, 1), second, 8, 1, World.FOUR));
    done();
  }

  /** Both meet nothing, compute the same, and publish in turn. */
  @Test
  void twoSessionsAtOnceOnOneBeginning() {
    Conversation one = new Conversation(world, model, true);
    Conversation two = new Conversation(world, model, true);
    int[] prompt = {1, 2, 3, 4, 5, 6};
    Session a = one.session();
    Session b = two.session();
    a.tell(0, prompt);
    b.tell(0, prompt);
    assertThat(Runs.reuse(a) + Runs.reuse(b)).isZero();
    for (int from = 0; from < 6; from += 3) {
      FakeRuntime.pass(a, from, from + 3);
      FakeRuntime.pass(b, from, from + 3);
      b.publish();
      a.publish();
    }
    FakeRuntime.check(a, prompt, 6);
    FakeRuntime.check(b, prompt, 6);
    assertThat(world.engine().chunks()).isEqualTo(2);
    assertThat(b.page(0).isSealed()).as("the one that was first").isTrue();
    assertThat(a.page(0).isSealed()).isFalse();
    a.close();
    world.published(model, prompt);
    Conversation three = ask(model, prompt);
    FakeRuntime.check(b, prompt, 6);
    b.close();
    three.end();
    done();
  }

  /** An unfinished chunk that goes on takes the place of its beginning; siblings stay. */
  @Test
  void oneChunkServesForAllItsBeginnings() {
    ask(model, 1, 2).end();
    ask(model, 1, 2, 3).end();
    assertThat(world.engine().chunks()).isEqualTo(1);
    ask(model, 1, 2).end();
    assertThat(world.engine().chunks()).isEqualTo(1);
    ask(model, 1, 2, 4).end();
    assertThat(world.engine().chunks()).isEqualTo(2);
    ask(model, 1, 2, 3, 4, 5).end();
    assertThat(world.engine().chunks()).isEqualTo(3);
    done();
  }

  @Test
  void modelsDoNotMeet() {
    ask(model, 1, 2, 3, 4, 5).end();
    World.Model other = world.model(World.FOUR);
    World.Model eight = world.model(World.EIGHT);
    assertThat(ask(other, 1, 2, 3, 4, 5)).satisfies(Conversation::end);
    assertThat(counters.reusedTokens.sum()).isZero();
    ask(eight, 1, 2, 3, 4, 5).end();
    ask(eight, 1, 2, 3, 4, 6).end();
    assertThat(counters.reusedTokens.sum()).isEqualTo(4);
    done();
  }

  @Test
  void aRenamedModelKeepsItsChunksAndGoesOn() {
    Conversation open = ask(model, 1, 2, 3, 4, 5, 6);
    world.rename(model, 1);
    assertThat(world.engine().chunks()).isEqualTo(2);
    open.prompt(6, new int[] {7, 8, 9}, 2);
    assertThat(ask(model, 1, 2, 3, 4, 5, 6, 7, 8, 1)).satisfies(Conversation::end);
    open.check();
    open.end();
    assertThat(counters.reusedTokens.sum()).isEqualTo(8);
    world.rename(model, 1);
    assertThat(world.engine().chunks()).as("the same name again changes nothing").isEqualTo(4);
    done();
  }

  @Test
  void whatBothHaveIsKeptOnce() {
    World.Model other = world.model(World.FOUR);
    ask(model, 1, 2, 3, 4, 5).end();
    ask(other, 1, 2, 3, 4, 5, 6).end();
    ask(other, 2, 2).end();
    world.rename(model, 1);
    world.rename(other, 1);
    assertThat(world.engine().chunks()).isEqualTo(3);
    assertThat(ask(model, 1, 2, 3, 4, 5, 6, 7)).satisfies(Conversation::end);
    assertThat(counters.reusedTokens.sum()).isEqualTo(6);
    assertThat(ask(model, 2, 2, 2)).satisfies(Conversation::end);
    assertThat(counters.reusedTokens.sum()).isEqualTo(8);
    done();
  }

  /** Two handles of one model: the other one's handle has lost its chunks, and nothing else. */
  @Test
  void aHandleLeftBehindStartsAfresh() {
    int[] prompt = {1, 2, 3, 4, 5, 6};
    ask(model, prompt).end();
    ModelSpace left = world.engine().space(World.bytes(1000), World.FOUR);
    assertThat(left.rootKey()).isEqualTo(model.space().rootKey());
    world.rename(model, 1);
    try (Session session = world.engine().open(left)) {
      session.tell(0, prompt);
      assertThat(Runs.reuse(session)).isZero();
      FakeRuntime.pass(session, 0, 6);
      session.publish();
      FakeRuntime.check(session, prompt, 6);
    }
    assertThat(world.engine().chunks()).isEqualTo(4);
    done();
  }

  @Test
  void aTierThatLostAChunkWithoutAWordIsBelieved() {
    ask(model, 1, 2, 3, 4, 5, 6).end();
    world.tier().lose(new KeyChain().next(model.space().rootKey(), new int[] {1, 2, 3, 4}, 0, 4));
    Match match = world.engine().lookup(model.space(), new int[] {1, 2, 3, 4, 5}, 5, 4);
    assertThat(match).isEqualTo(new Match(List.of(), null, 0));
    assertThat(world.engine().chunks()).isZero();
    done();
  }

  @Test
  void afterCloseEverythingIsAMiss() {
    ask(model, 1, 2, 3, 4, 5, 6).end();
    Session late = world.engine().open(model.space());
    world.engine().close();
    late.tell(0, new int[] {1, 2, 3, 4, 5, 6});
    assertThat(Runs.reuse(late)).isZero();
    FakeRuntime.pass(late, 0, 6);
    late.publish();
    FakeRuntime.check(late, new int[] {1, 2, 3, 4, 5, 6}, 6);
    late.close();
    world.close();
  }

  private Conversation ask(World.Model asked, int... prompt) {
    Conversation conversation = new Conversation(world, asked, true);
    conversation.prompt(0, prompt, 4);
    conversation.check();
    return conversation;
  }

  private void done() {
    world.checkAccounts();
    world.close();
  }
}
