/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * Sessions that do anything in any order, over two or three tokens, so that their beginnings
 * collide all the time. Every position of every open session is read back after every step.
 */
final class EnginePropertyTest {
  private static final int SLAB_BYTES = 2 << 20; // 32 pages of 4 positions, or 512 of 8
  private static final int TIER_BYTES = 1 << 20;

  @Provide
  Arbitrary<List<Steps.Step>> steps() {
    Arbitrary<Steps.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(3, Steps.Kind.OPEN),
            Tuple.of(12, Steps.Kind.PROMPT),
            Tuple.of(6, Steps.Kind.DECODE),
            Tuple.of(4, Steps.Kind.REWIND),
            Tuple.of(2, Steps.Kind.FAIL),
            Tuple.of(4, Steps.Kind.END),
            Tuple.of(1, Steps.Kind.ABANDON),
            Tuple.of(1, Steps.Kind.RENAME),
            Tuple.of(1, Steps.Kind.GAP),
            Tuple.of(1, Steps.Kind.STRAY),
            Tuple.of(1, Steps.Kind.LOSE_PAGES),
            Tuple.of(1, Steps.Kind.ASK_AGAIN));
    return Combinators.combine(kinds, Arbitraries.integers())
        .as(Steps.Step::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(120);
  }

  /** With room for all, nothing that is in memory is computed twice, to the token. */
  @Property(tries = 150)
  void reuseIsMaximal(@ForAll("steps") List<Steps.Step> steps) {
    try (World world = World.large()) {
      Steps run = new Steps(world, true);
      steps.forEach(run::step);
      run.end();
    }
  }

  /** Pages for a part of what the sessions hold: chunks are evicted, pages come as private ones. */
  @Property(tries = 150)
  void withTooLittleMemoryNothingIsEverWrong(
      @ForAll("steps") List<Steps.Step> steps,
      @ForAll @IntRange(max = 3) int slabs,
      @ForAll @IntRange(min = 1, max = 2) int tierMib) {
    long capacity = (long) tierMib * TIER_BYTES;
    try (World world =
        new World((long) slabs * SLAB_BYTES, context -> TestTier.of(capacity, context))) {
      Steps run = new Steps(world, true);
      steps.forEach(run::step);
      run.end();
    }
  }

  /** A tier that fails now and then costs reuse, and neither a page nor a right position. */
  @Property(tries = 150)
  void aFailingTierCostsReuseOnly(@ForAll("steps") List<Steps.Step> steps, @ForAll long seed) {
    try (World world = World.large()) {
      SplittableRandom random = new SplittableRandom(seed);
      world.tier().failWhen(call -> random.nextInt(6) == 0);
      Steps run = new Steps(world, false);
      steps.forEach(run::guardedStep);
      world.tier().failWhen(call -> false);
      run.end();
    }
  }

  /** The order in which sessions end makes no difference to the accounts. */
  @Property(tries = 50)
  void manySessionsOfOneBeginning(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (World world = World.large()) {
      World.Model model = world.model(World.FOUR);
      List<Conversation> open = new ArrayList<>();
      int[] common = Steps.tokens(random, 1 + random.nextInt(14), 2);
      for (int i = 0; i < 12; i++) {
        Conversation conversation = new Conversation(world, model, true);
        open.add(conversation);
        conversation.prompt(0, common, 1 + random.nextInt(9));
        conversation.prompt(conversation.length(), Steps.tokens(random, 6, 2), 3);
        open.forEach(Conversation::check);
      }
      while (!open.isEmpty()) {
        open.remove(random.nextInt(open.size())).end();
        open.forEach(Conversation::check);
      }
      world.checkAccounts();
    }
  }
}
