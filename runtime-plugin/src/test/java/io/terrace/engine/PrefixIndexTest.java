/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PrefixIndexTest {
  private final KeyChain keys = new KeyChain();
  private final PrefixIndex index = new PrefixIndex();
  private final PrefixNode root = index.root(keys.root(new byte[32]));

  @Provide
  Arbitrary<List<List<Integer>>> runs() {
    return Arbitraries.integers()
        .between(-1, 1)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .list()
        .uniqueElements()
        .ofMaxSize(20);
  }

  @Provide
  Arbitrary<List<Integer>> run() {
    return Arbitraries.integers().between(-1, 1).list().ofMinSize(1).ofMaxSize(5);
  }

  /** As good as asking every child, and never one that shares nothing. */
  @Property
  void theClosestChildSharesMost(
      @ForAll("runs") List<List<Integer>> runs, @ForAll("run") List<Integer> wanted) {
    PrefixIndex tree = new PrefixIndex();
    PrefixNode parent = tree.root(keys.root(new byte[32]));
    runs.forEach(each -> tree.add(parent, run(each), key(parent, run(each)), 10));
    int most = 0;
    for (List<Integer> each : runs) {
      most = Math.max(most, run(each).commonPrefix(run(wanted)));
    }
    PrefixNode closest = parent.closestChild(run(wanted));
    assertThat(closest == null ? 0 : closest.tokens().commonPrefix(run(wanted))).isEqualTo(most);
    assertThat(closest == null).isEqualTo(most == 0);
  }

  @Test
  void aRemovedChunkTakesItsFollowersAlong() {
    PrefixNode one = add(root, 1, 2);
    PrefixNode two = add(one, 3, 4);
    PrefixNode three = add(two, 5);
    PrefixNode other = add(root, 2, 2);
    assertThat(index.size()).isEqualTo(4);
    assertThat(index.find(two.key())).isSameAs(two);
    assertThat(three.depth()).isEqualTo(3);
    index.remove(one);
    assertThat(index.size()).isEqualTo(1);
    assertThat(index.find(one.key())).isNull();
    assertThat(index.find(three.key())).isNull();
    assertThat(closest(1, 2)).isNull();
    assertThat(closest(2)).isSameAs(other);
    index.remove(one);
    assertThat(index.size()).as("removed twice is removed once").isEqualTo(1);
  }

  @Test
  void removingOneDoesNotForgetAnotherOfThatName() {
    PrefixNode old = add(root, 1);
    PrefixNode renewed = add(root, 1);
    index.remove(old);
    assertThat(index.find(renewed.key())).isSameAs(renewed);
    assertThat(closest(1)).isSameAs(renewed);
  }

  @Test
  void allFollowersAtOnce() {
    add(add(root, 1), 2);
    add(root, 3);
    index.removeChildren(root);
    assertThat(index.size()).isZero();
    assertThat(root.children()).isEmpty();
  }

  @Test
  void aChainLongerThanAStack() {
    PrefixNode node = root;
    for (int i = 0; i < 50_000; i++) {
      node = add(node, i);
    }
    assertThat(node.depth()).isEqualTo(50_000);
    index.remove(Objects.requireNonNull(closest(0)));
    assertThat(index.size()).isZero();
  }

  @Test
  void aRootIsMadeOnceAndForgotten() {
    assertThat(index.root(root.key())).isSameAs(root);
    assertThat(index.size()).as("roots are no chunks").isZero();
    index.forgetRoot(root.key());
    assertThat(index.root(root.key())).isNotSameAs(root);
  }

  private @Nullable PrefixNode closest(int... tokens) {
    return root.closestChild(new TokenRun(tokens, 0, tokens.length));
  }

  private PrefixNode add(PrefixNode parent, int... tokens) {
    TokenRun run = new TokenRun(tokens, 0, tokens.length);
    return index.add(parent, run, key(parent, run), 10);
  }

  private ChunkKey key(PrefixNode parent, TokenRun run) {
    return keys.next(parent.key(), run.array(), run.from(), run.length());
  }

  private static TokenRun run(List<Integer> tokens) {
    int[] array = tokens.stream().mapToInt(Integer::intValue).toArray();
    return new TokenRun(array, 0, array.length);
  }
}
