/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.KeyChain;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of one prompt through a model: what is known of it is taken over, from memory at once and
 * from the tiers below while the rest is computed; what others compute just now is waited for. It
 * says, step by step, what the runtime is to compute.
 *
 * <p>Until the tiers say what they have, a request computes, in passes that it breaks off once what
 * they compute has come: where the tiers have nothing no time was lost, and where they have all
 * little. It waits for a load as long as that is expected to come sooner than it could be computed.
 * A load that is late is overtaken by computing.
 *
 * <p>Used by one thread, as the session.
 */
public final class PromptRun implements AutoCloseable {
  /** A load may be late by so much of what computing the same takes. */
  private static final double LATE_SHARE = 0.25;

  private final Engine engine;
  private final Session session;
  private final ModelSpace space;
  private final PrefillSpeed prefill;
  private final int begin;
  private final int end;
  private final int limit;
  private final Patience patience;
  private final long begun = System.nanoTime();
  private final Lull lull = new Lull();
  private final PlanRecord record = new PlanRecord();
  private @Nullable Prompt prompt;
  private @Nullable Retrieval retrieval;
  private Claims.@Nullable Claim claim;
  private boolean looked;
  private boolean othersHelp = true;
  private long spanBegun;
  private @Nullable Span span;
  private double unknownNanos; // waited for answers of which nothing was known
  private boolean besideQuestion; // the pass under way may be broken off
  private long seen; // of the retrieval's news
  private int waitingChunk = -1;
  private long waitingUntil;
  private boolean closed;

  /**
   * Positions to be computed in one pass.
   *
   * @param from the first
   * @param to behind the last
   */
  public record Span(int from, int to) {}

  /**
   * @param end behind the last position that is to be there
   * @param limit behind the last that may be taken over
   * @param givenUp whether nobody wants it any more: then nothing is waited for
   */
  PromptRun(
      Engine engine,
      Session session,
      ModelSpace space,
      int end,
      int limit,
      BooleanSupplier givenUp) {
    this.engine = engine;
    this.session = session;
    this.space = space;
    this.end = end;
    this.limit = limit;
    patience = new Patience(givenUp);
    prefill = space.prefill();
    begin = session.computed();
    session.promptBegins(lull);
    engine.runBegins();
  }

  /** How many positions were taken over so far. */
  public int reused() {
    return record.reused();
  }

  /**
   * What to compute next, after whatever could be taken over was; may wait for that.
   *
   * @param mostTokens in one pass, at least 1
   * @return null when all is computed
   */
  public @Nullable Span next(int mostTokens) {
    giveUpClaim();
    besideQuestion = false;
    if (session.computed() >= end) {
      return null;
    }
    if (session.publishes()) {
      look();
      takeOver(mostTokens);
    }
    if (session.computed() >= end) {
      return null;
    }
    span = span(mostTokens);
    spanBegun = System.nanoTime();
    return span;
  }

  /** The positions that {@link #next} said are computed, and shared: others may go on. */
  public void computed() {
    Span done = span;
    if (done != null) {
      span = null;
      prefill.measured(done.from(), done.to(), System.nanoTime() - spanBegun);
      record.computed(done.to() - done.from());
    }
  }

  /**
   * Whether the pass that computes what {@link #next} said is to be broken off, since what it
   * computes came meanwhile: {@link #next} takes that over then, and {@link #computed} is not to be
   * called. To be asked between the parts of a pass.
   *
   * @param doneShare how much of the pass is done, 0 to 1
   */
  public boolean isOvertaken(double doneShare) {
    Retrieval below = retrieval;
    Span pass = span;
    if (!besideQuestion || below == null || pass == null || below.news() == seen) {
      return false;
    }
    seen = below.news();
    int chunk = chunk();
    double left = left(pass, doneShare);
    int reach = below.reach(chunk);
    if (reach > pass.from()) {
      return prefill.nanos(reach, pass.to()) < left;
    }
    if (below.isUnknown(chunk)) {
      return false;
    }
    besideQuestion = false;
    boolean sooner = below.expected(chunk) < left;
    if (!sooner) {
      below.passed(chunk);
    }
    return sooner; // and is here the sooner the less else is done
  }

  /** How long the rest of a pass takes, in nanoseconds. */
  private double left(Span pass, double doneShare) {
    return doneShare > 0
        ? (System.nanoTime() - spanBegun) * (1 - doneShare) / doneShare
        : prefill.nanos(pass.from(), pass.to());
  }

  private void giveUpClaim() {
    if (claim != null) {
      engine.claims().release(claim);
      claim = null;
    }
  }

  /** The first look: what memory has, and what the tiers below it may add. */
  private void look() {
    if (looked || limit <= session.computed()) {
      return;
    }
    looked = true;
    engine.counters().lookups.increment();
    engine.counters().promptTokens.add(end - begin);
    int before = session.computed();
    session.takeFromMemory(limit);
    record.fromMemory(session.computed() - before);
    if (engine.hasTiersBelow() && limit - session.computed() >= KeyChain.TAIL_KEY_TOKENS) {
      retrieval = engine.retrieve(prompt(), session.computed(), prefill);
    }
  }

  private Prompt prompt() {
    Prompt made = prompt;
    if (made == null) {
      made = new Prompt(space, engine.naming(space), session.tokens(), limit);
      prompt = made;
    }
    return made;
  }

  /** Takes over, waits, and ends with a claim on what is to be computed. */
  private void takeOver(int mostTokens) {
    while (session.computed() < limit) {
      if (takeWhatCame() || awaitTiers(mostTokens) || awaitOthers(mostTokens)) {
        continue;
      }
      break;
    }
    Retrieval below = retrieval;
    if (below != null) {
      below.passed(besideQuestion ? chunk() - 1 : chunk()); // the rest of it may still come
    }
  }

  private int chunk() {
    return session.computed() / space.geometry().chunkTokens();
  }

  private boolean takeWhatCame() {
    Retrieval below = retrieval;
    if (below == null) {
      return false;
    }
    seen = below.news();
    int chunk = chunk();
    StagedChunk whole = below.take(chunk);
    if (whole != null) {
      return take(chunk, whole, prompt().usable(chunk));
    }
    Tail tail = below.takeTail(chunk);
    return tail != null && take(chunk, tail.found(), tail.positions());
  }

  private boolean take(int chunk, StagedChunk found, int positions) {
    int before = session.computed();
    try {
      boolean more = session.takeOver(chunk, found.page(), positions);
      if (more) {
        engine.keep(prompt(), chunk, found);
        record.fromTiers(session.computed() - before);
        found.reused(session.computed() - before);
      }
      return more;
    } finally {
      found.release();
    }
  }

  /** Waits for a tier; false if that is not worth it any more. */
  private boolean awaitTiers(int mostTokens) {
    besideQuestion = false;
    Retrieval below = retrieval;
    if (below == null) {
      return false;
    }
    int chunk = chunk();
    double expected = below.expected(chunk);
    if (!Double.isNaN(expected)) {
      return awaitLoad(below, chunk, expected);
    }
    boolean waited = below.isUnknown(chunk) && awaitAnswer(below, mostTokens);
    return waited || below.news() != seen; // it may have come while this was asked
  }

  private boolean awaitLoad(Retrieval below, int chunk, double expected) {
    int to = Math.min(end, prompt().start(chunk + 1));
    double compute = prefill.nanos(session.computed(), to);
    if (expected >= Math.max(compute, engine.patienceNanos())) {
      return false;
    }
    long now = System.nanoTime();
    if (waitingChunk != chunk) {
      double late = Math.max(2 * expected, expected + LATE_SHARE * compute);
      waitingChunk = chunk;
      waitingUntil = now + (long) Math.max(late, engine.patienceNanos());
    }
    long most = waitingUntil - now;
    if (most > 0 && waited(below, most)) {
      return true;
    }
    if (patience.isOver()) {
      return false;
    }
    below.tooLate(chunk);
    record.late();
    return true; // looks again: it may have come just now
  }

  private boolean awaitAnswer(Retrieval below, int mostTokens) {
    double all = prefill.nanos(session.computed(), end);
    double share = Math.max(TierSpeed.LEAST_SHARE, below.hitShare());
    double worth = Math.max(share * all, engine.patienceNanos()) - unknownNanos;
    double answer = below.answerNanos();
    double enough = nanosToCompute(share, mostTokens);
    double passed = (double) (System.nanoTime() - begun);
    besideQuestion = answer > worth || Math.max(answer, passed) >= enough;
    if (besideQuestion) {
      return false;
    }
    long before = System.nanoTime();
    boolean signalled = waited(below, (long) Math.min(worth, enough - passed));
    unknownNanos += System.nanoTime() - before;
    besideQuestion = !signalled; // the answer may still come
    return signalled;
  }

  /**
   * How long an answer has to take that is better computed beside than waited for. To wait costs
   * that time where nothing is there; to compute costs, where something is, on average half of what
   * is between two looks whether it came.
   */
  private double nanosToCompute(double hitShare, int mostTokens) {
    if (!prefill.isMeasured() || engine.patienceNanos() > 0) {
      return Double.POSITIVE_INFINITY;
    }
    Span pass = span(mostTokens);
    double look = prefill.nanos(pass.from(), pass.to()) / (2 * space.geometry().layers());
    return hitShare * look / 2 / (1 - hitShare);
  }

  private boolean waited(Retrieval below, long nanos) {
    long before = System.nanoTime();
    try {
      return patience.waits(slice -> below.await(seen, slice), nanos);
    } finally {
      record.waited(System.nanoTime() - before);
    }
  }

  /** Waits for another session that computes the same; false if this one is to compute it. */
  private boolean awaitOthers(int mostTokens) {
    if (!engine.keepsPages()) {
      return false;
    }
    Span wanted = span(mostTokens);
    Prompt all = prompt();
    int start = all.start(chunk());
    double nanos = prefill.nanos(wanted.from(), wanted.to());
    long now = System.nanoTime();
    TokenRun tokens = new TokenRun(all.tokens(), start, wanted.to());
    Claims.Claim own = new Claims.Claim(all.parent(chunk()), tokens, now + (long) nanos);
    Claims.Claim other = engine.claims().claim(own, wanted.from() - start);
    if (other == null) {
      claim = own;
      return takeFromOthers(); // who may have been done just before the claim
    }
    long most = (long) (Math.max(0, other.until() - now) + nanos);
    if (!othersHelp || !patience.waits(slice -> engine.claims().await(other, slice), most)) {
      return false; // it takes longer than it should: both compute
    }
    record.waited(System.nanoTime() - now);
    othersHelp = takeFromOthers(); // else memory keeps nothing, for want of room
    return othersHelp;
  }

  private boolean takeFromOthers() {
    int before = session.computed();
    session.takeFromMemory(limit);
    int more = session.computed() - before;
    record.fromOthers(more);
    if (more > 0) {
      giveUpClaim();
    }
    return more > 0;
  }

  /** From what is computed to the end of a chunk, as far as one pass goes. */
  private Span span(int mostTokens) {
    int chunkTokens = space.geometry().chunkTokens();
    int from = session.computed();
    int to = (int) Math.min(end, (long) from + mostTokens);
    int border = to / chunkTokens * chunkTokens;
    return new Span(from, to == end || border <= from ? to : border);
  }

  /** The prompt is computed, or given up: nothing more is loaded for it. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    giveUpClaim();
    session.promptEnds();
    engine.runEnds(lull); // whatever fails below
    PlanCosts costs = null;
    if (retrieval != null) {
      costs = retrieval.costs();
      retrieval.close();
      retrieval = null;
    }
    if (looked) {
      engine.ran(record.report(end - begin, System.nanoTime() - begun, costs));
    }
  }
}
