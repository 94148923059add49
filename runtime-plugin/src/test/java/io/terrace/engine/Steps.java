/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What random tests do: steps of a few kinds, each with a number that decides all of it. */
final class Steps {
  enum Kind {
    OPEN,
    PROMPT,
    DECODE,
    REWIND,
    FAIL,
    END,
    ABANDON,
    RENAME,
    GAP,
    STRAY,
    LOSE_PAGES,
    ASK_AGAIN
  }

  record Step(Kind kind, int number) {}

  private static final int MOST_OPEN = 8;
  private static final int MOST_TOKENS = 50;

  private final World world;
  private final boolean exact;
  private final List<World.Model> models;
  private final List<Conversation> open = new ArrayList<>();
  private int renames;

  /**
   * @param exact whether reuse has to be maximal
   */
  Steps(World world, boolean exact) {
    this.world = world;
    this.exact = exact;
    models = new ArrayList<>(List.of(world.model(World.FOUR), world.model(World.EIGHT)));
  }

  /** A step whose failure, if it is the tier's, is what the adapter makes a miss of. */
  void guardedStep(Step step) {
    Conversation current = current(new SplittableRandom(step.number()));
    try {
      step(step);
    } catch (TestTier.TierFailure failure) { // a miss
      if (open.remove(current)) {
        current.abandon();
      }
    }
  }

  void step(Step step) {
    SplittableRandom random = new SplittableRandom(step.number());
    Conversation current = current(random);
    switch (step.kind()) {
      case OPEN -> open(random);
      case PROMPT ->
          current.prompt(current.length(), nextTokens(current, random), 1 + random.nextInt(9));
      case DECODE -> decode(current, random);
      case REWIND ->
          current.prompt(
              random.nextInt(current.length() + 1), tokens(random, 1 + random.nextInt(9), 2), 5);
      case FAIL ->
          current.failingPrompt(current.length(), tokens(random, 6, 2), random.nextInt(20));
      case END -> close(current, true);
      case ABANDON -> close(current, false);
      case RENAME -> rename(random);
      case GAP -> current.gap(1);
      case STRAY -> current.stray(random.nextInt(current.length() + 3));
      case LOSE_PAGES -> current.losePages();
      case ASK_AGAIN -> askAgain(current.model(), random);
    }
    open.forEach(Conversation::check);
    if (current.length() > MOST_TOKENS) {
      close(current, true);
    }
  }

  private Conversation current(SplittableRandom random) {
    if (open.isEmpty()) {
      open(random);
    }
    return open.get(random.nextInt(open.size()));
  }

  private void open(SplittableRandom random) {
    if (open.size() < MOST_OPEN) {
      World.Model model = models.get(random.nextInt(models.size()));
      open.add(new Conversation(world, model, exact));
    }
  }

  /** New tokens, or those with which something known goes on, and then others. */
  private int[] nextTokens(Conversation current, SplittableRandom random) {
    List<int[]> known = world.sequences(current.model());
    int[] fresh = tokens(random, 1 + random.nextInt(9), 2 + random.nextInt(2));
    if (known.isEmpty() || random.nextInt(3) == 0) {
      return fresh;
    }
    int[] sequence = known.get(random.nextInt(known.size()));
    int from = Math.min(current.length(), sequence.length);
    int to = from + random.nextInt(sequence.length - from + 1);
    int[] begun = Arrays.copyOfRange(sequence, from, to + fresh.length);
    System.arraycopy(fresh, 0, begun, to - from, fresh.length);
    return begun;
  }

  static int[] tokens(SplittableRandom random, int count, int alphabet) {
    return random.ints(count, 0, alphabet).toArray();
  }

  private static void decode(Conversation current, SplittableRandom random) {
    int steps = 1 + random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      current.decode(random.nextInt(2));
    }
  }

  private void close(Conversation conversation, boolean publish) {
    open.remove(conversation);
    if (publish) {
      conversation.end();
    } else {
      conversation.abandon();
    }
  }

  /** A model gets its lasting fingerprint; a new model of the same geometry takes its place. */
  private void rename(SplittableRandom random) {
    int index = random.nextInt(2);
    World.Model model = models.get(index);
    boolean merges = random.nextInt(3) > 0;
    models.set(index, world.model(model.space().geometry()));
    models.add(model);
    world.rename(model, merges ? index : 2 + renames++);
  }

  /** Whatever was published for a model serves whoever asks for it again. */
  private void askAgain(World.Model model, SplittableRandom random) {
    List<int[]> known = world.sequences(model);
    if (known.isEmpty()) {
      return;
    }
    int[] sequence = known.get(random.nextInt(known.size()));
    Conversation reader = new Conversation(world, model, exact);
    try {
      reader.prompt(0, sequence, sequence.length);
      reader.check();
    } finally {
      reader.abandon();
    }
  }

  /** Ends all sessions: no page may be left but those of chunks. */
  void end() {
    while (!open.isEmpty()) {
      close(open.get(0), open.size() % 2 == 0);
      open.forEach(Conversation::check);
    }
    world.checkAccounts();
    if (exact) {
      assertThat(world.engine().chunks())
          .isEqualTo(world.tier().size())
          .isEqualTo(world.tier().pages());
    }
  }
}
