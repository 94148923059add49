/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One session's rules, in pages of four positions. */
final class SessionTest {
  private final World world = World.large();
  private final World.Model model = world.model(World.FOUR);
  private final EngineCounters counters = world.engine().counters();

  @AfterEach
  void noPageIsLost() {
    world.checkAccounts();
    world.close();
  }

  /** Prompts that end before, at and behind the end of a chunk, asked twice. */
  @ParameterizedTest
  @CsvSource({"1,0,0", "2,0,1", "3,0,2", "4,0,3", "5,1,0", "6,1,1", "8,1,3", "9,2,0", "17,4,0"})
  void theLastTokenIsAlwaysComputed(int length, int adopted, int copied) {
    int[] prompt = numbers(length);
    Conversation first = new Conversation(world, model, true);
    assertThat(first.prompt(0, prompt, 3)).isZero();
    Conversation second = new Conversation(world, model, true);
    assertThat(second.prompt(0, prompt, 3)).isEqualTo(length - 1);
    assertThat(counters.adoptedPages.sum()).isEqualTo(adopted);
    assertThat(counters.copiedPositions.sum()).isEqualTo(copied);
    first.check();
    second.check();
    second.end();
    first.check();
    first.end();
    assertThat(world.engine().chunks()).isEqualTo((length + 3) / 4);
  }

  @Test
  void adoptedPagesAreTheVeryPages() {
    Session writer = told(9);
    FakeRuntime.pass(writer, 0, 9);
    writer.publish();
    Session reader = told(9);
    assertThat(Runs.reuse(reader)).isEqualTo(8);
    assertThat(reader.page(0)).isSameAs(writer.page(0));
    assertThat(reader.page(1)).isSameAs(writer.page(1));
    assertThat(reader.page(0).isSealed()).isTrue();
    assertThat(reader.page(0).references()).as("both sessions and the tier").isEqualTo(3);
    int changes = reader.changes();
    FakeRuntime.pass(reader, 8, 9);
    assertThat(reader.page(2)).isNotSameAs(writer.page(2));
    assertThat(reader.changes()).isGreaterThan(changes);
    reader.close();
    writer.close();
  }

  /** A page that is shared in part may be written behind that part, and is left before. */
  @Test
  void theUnfinishedPageGoesOnAndARewriteLeavesIt() {
    Session session = told(2);
    FakeRuntime.pass(session, 0, 2);
    session.publish();
    Object page = session.page(0);
    session.tell(2, 2);
    FakeRuntime.pass(session, 2, 3);
    assertThat(session.page(0)).as("behind what is shared").isSameAs(page);
    session.tell(1, 77);
    assertThat(session.computed()).as("what comes after is another token's").isEqualTo(1);
    FakeRuntime.pass(session, 1, 2);
    assertThat(session.page(0)).as("before").isNotSameAs(page);
    FakeRuntime.check(session, new int[] {0, 77}, 2);
    assertThat(Objects.requireNonNull(session.slot(0)).page()).isSameAs(session.page(0));
    Session reader = told(3);
    assertThat(Runs.reuse(reader)).isEqualTo(2);
    FakeRuntime.check(reader, numbers(3), 2);
    reader.close();
    session.close();
  }

  @Test
  void unknownTokensEndPublication() {
    Session session = told(4);
    session.tell(5, 9);
    notShared(session);
    Session other = told(4);
    other.tell(6, new int[] {1, 2});
    notShared(other);
    assertThat(other.known()).isEqualTo(4);
    assertThat(counters.untracked.sum()).isEqualTo(2);
  }

  @Test
  void aWriteOutsideOfAPassEndsPublication() {
    Session before = told(4);
    FakeRuntime.write(before, 0, 4, 100);
    notShared(before);
    Session behind = told(4);
    behind.beginPass(0, 2);
    FakeRuntime.write(behind, 0, 3, 100);
    notShared(behind);
    Session after = told(4);
    FakeRuntime.pass(after, 0, 4);
    FakeRuntime.writeGarbage(after, 3);
    notShared(after);
  }

  /** The second pass ends where the first one did, so that its last write must not count. */
  @Test
  void aRuntimeThatKeepsItsKvElsewhereEndsPublication() {
    Session session = told(4);
    FakeRuntime.pass(session, 0, 4);
    assertThat(session.publishes()).isTrue();
    session.tell(2, new int[] {8, 8});
    session.beginPass(2, 4);
    session.endPass();
    notShared(session);
  }

  /** After its pages are gone, a session that goes on has KV of its last token alone. */
  @Test
  void aPassThatLeavesPositionsOutIsNotShared() {
    Session session = told(4);
    FakeRuntime.pass(session, 0, 4);
    session.close();
    assertThat(session.known()).isEqualTo(4);
    assertThat(session.computed()).isZero();
    session.tell(4, 4);
    FakeRuntime.pass(session, 4, 5);
    notShared(session);
  }

  @Test
  void aSessionThatSharesNothingNeitherGivesNorTakes() {
    Session writer = told(5);
    FakeRuntime.pass(writer, 0, 5);
    writer.publish();
    Session alone = told(5);
    alone.stopSharing();
    assertThat(Runs.reuse(alone)).isZero();
    FakeRuntime.pass(alone, 0, 5);
    assertThat(alone.page(0)).isNotSameAs(writer.page(0));
    notShared(alone);
    assertThat(counters.untracked.sum()).as("nothing went wrong").isZero();
    writer.close();
  }

  @Test
  void aFailedPassLeavesWhatWasThere() {
    Session session = told(6);
    FakeRuntime.pass(session, 0, 3);
    session.beginPass(3, 6);
    assertThat(session.inPass()).isTrue();
    FakeRuntime.write(session, 3, 6, 2);
    session.forgetFrom(session.computed());
    assertThat(session.inPass()).isFalse();
    assertThat(session.known()).isEqualTo(3);
    session.publish();
    assertThat(world.engine().chunks()).isEqualTo(1);
    session.tell(3, new int[] {50, 51});
    FakeRuntime.pass(session, 3, 5);
    FakeRuntime.check(session, new int[] {0, 1, 2, 50, 51}, 5);
    assertThat(session.publishes()).isTrue();
    session.close();
  }

  @Test
  void tokensAreKeptBeyondAnyFirstSize() {
    try (Session session = world.engine().open(model.space())) {
      session.tell(0, numbers(1023));
      for (int i = 1023; i < 5000; i++) {
        session.tell(i, i);
      }
      session.tell(5000, numbers(9000));
      assertThat(session.tokens()).startsWith(numbers(5000)).hasSize(14_000).endsWith(8999);
    }
  }

  private Session told(int length) {
    Session session = world.engine().open(model.space());
    session.tell(0, numbers(length));
    return session;
  }

  private void notShared(Session session) {
    int chunks = world.engine().chunks();
    assertThat(session.publishes()).isFalse();
    session.publish();
    assertThat(world.engine().chunks()).isEqualTo(chunks);
    session.close();
  }

  private static int[] numbers(int length) {
    int[] numbers = new int[length];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }
}
