/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** One session, driven as the adapter drives it, with a model of what it has to hold. */
final class Conversation {
  private final World world;
  private final World.Model model;
  private final Session session;
  private final boolean exact; // assert that reuse is maximal
  private int[] tokens = {};
  private int computed;
  private boolean shares = true;
  private boolean spoilt; // its own KV is wrong, by its own fault

  /**
   * @param exact whether reuse has to be maximal, as long as memory was never short
   */
  Conversation(World world, World.Model model, boolean exact) {
    this.world = world;
    this.model = model;
    this.exact = exact;
    session = world.engine().open(model.space());
  }

  int length() {
    return tokens.length;
  }

  Session session() {
    return session;
  }

  World.Model model() {
    return model;
  }

  /** A prompt at {@code start}: what is known of it is reused, the rest computed in batches. */
  int prompt(int start, int[] more, int batch) {
    tell(start, more);
    int reused = reuse();
    for (int from = computed; from < tokens.length; from += batch) {
      compute(from, Math.min(from + batch, tokens.length));
      publish();
    }
    return reused;
  }

  /** A prompt whose computation fails after some writes of a batch. */
  void failingPrompt(int start, int[] more, int writes) {
    tell(start, more);
    reuse();
    session.beginPass(computed, tokens.length);
    FakeRuntime.write(session, computed, tokens.length, writes);
    session.forgetFrom(session.computed());
    tokens = Arrays.copyOf(tokens, computed);
  }

  private void tell(int start, int[] more) {
    session.tell(start, more);
    tokens = Arrays.copyOf(tokens, start + more.length);
    System.arraycopy(more, 0, tokens, start, more.length);
    computed = Math.min(computed, start);
    assertThat(session.tokens()).isEqualTo(tokens);
  }

  /** Returns how many positions were taken over from others. */
  private int reuse() {
    int before = computed;
    int best = Math.max(before, Math.min(world.known(model, tokens), tokens.length - 1));
    int first = Runs.reuse(session);
    assertThat(first).isEqualTo(session.computed()).isBetween(before, best);
    if (!shares) {
      assertThat(first).isEqualTo(before);
    } else if (exact && !world.wasShort()) {
      assertThat(first).as("reuse to the token").isEqualTo(best);
    }
    computed = first;
    return first - before;
  }

  /** One more token, as a decode step computes it. */
  void decode(int token) {
    session.tell(tokens.length, token);
    tokens = Arrays.copyOf(tokens, tokens.length + 1);
    tokens[tokens.length - 1] = token;
    compute(tokens.length - 1, tokens.length);
    if (computed % session.geometry().chunkTokens() == 0) {
      publish();
    }
  }

  private void compute(int from, int to) {
    if (from > computed) {
      shares = false;
      spoilt = true;
    }
    FakeRuntime.pass(session, from, to);
    computed = to;
  }

  void publish() {
    assertThat(session.publishes()).isEqualTo(shares);
    if (shares && computed > 0) {
      world.published(model, Arrays.copyOf(tokens, computed));
    }
    session.publish();
  }

  /** The runtime computes a token that nobody told, beyond the ones that are known. */
  void gap(int token) {
    session.tell(tokens.length + 1, new int[] {token});
    shares = false;
  }

  /** The runtime writes outside of a pass. */
  void stray(int position) {
    FakeRuntime.writeGarbage(session, position);
    shares = false;
    spoilt |= position < computed;
  }

  /** The pages are given back while the session goes on. */
  void losePages() {
    session.close();
    computed = 0;
  }

  /** Reads all positions back. */
  void check() {
    assertThat(session.known()).isEqualTo(tokens.length);
    if (!spoilt) {
      FakeRuntime.check(session, tokens, computed);
    }
  }

  /** Ends as the adapter ends a session: the unfinished chunk is shared, pages go back. */
  void end() {
    session.forgetFrom(session.computed());
    try {
      publish();
    } finally {
      session.close();
    }
  }

  /** Ends without sharing more. */
  void abandon() {
    session.close();
  }
}
