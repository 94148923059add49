/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

/**
 * How fast a tier is: measured as it runs, newer calls counting more, and more still where they are
 * faster: a call is slow for many reasons, such as code that is not compiled yet or a neighbour,
 * and fast for one. Times include whatever the engine does with what comes: checking, deciphering,
 * unpacking.
 *
 * <p>Safe for use by several threads.
 */
final class TierSpeed {
  private static final double NEW_SHARE = 0.25;

  /** Less than this share of what was known is news. */
  private static final double FAST = 0.8;

  private static final double NEWS_SHARE = 0.5;

  /** So many calls beside each other are one measurement, at most. */
  private static final int MOST_OF_PERIOD = 16;

  /** What a tier is trusted with of which nothing is known: that it has something now and then. */
  private static final double FIRST_HIT_SHARE = 0.25;

  /** A tier that had something of a smaller share of prompts has something rarely. */
  private static final double RARELY = 0.1;

  /** What takes so long to say what it has is worth a question or a read in vain. */
  private static final long SLOW_TO_SAY_NANOS = 2_000_000;

  /**
   * What a question takes from computing: of a tier that is slow to say for each chunk, a request
   * by a client that signs it; of any tier the threads that ask and wait, and code and data that
   * have to come back into the processors' caches.
   */
  private static final double QUESTION_NANOS = 1_000_000;

  /** Of the time until an answer so much is computed at most, here or by a server beside. */
  private static final double COMPUTED_SHARE = 0.5;

  /** What a request spends, of the time that computing takes, on tiers that never have anything. */
  static final double LEAST_SHARE = 0.005;

  private double latencyNanos = Double.NaN; // from a call to its first header
  private double nanosPerByte = Double.NaN; // with as many calls at once as are made
  private double probeNanos = Double.NaN; // from the question which chunks are here to its answer
  private double hitShare =
      FIRST_HIT_SHARE; // of the prompts that were looked up, those with something here

  private double spared; // of the time that questions in vain may take

  // Calls beside each other share the tier: a period is one measurement, made anew at each one's
  // end.
  private double nanosPerByteBefore = Double.NaN;
  private long periodFloor; // the end of the one before
  private long periodBegin;
  private long periodEnd;
  private long periodBytes;
  private int periodCalls; // 0 only before the first

  /** Begins with what was measured before, instead of nothing. */
  synchronized void remember(Speeds.OfTier figures) {
    latencyNanos = figures.latencyNanos();
    nanosPerByte = figures.nanosPerByte();
    probeNanos = figures.probeNanos();
  }

  /** What is known now; numbers that are not are NaN. */
  synchronized Speeds.OfTier figures() {
    return new Speeds.OfTier(latencyNanos, nanosPerByte, probeNanos);
  }

  /**
   * A call delivered chunks. Times are those of {@link System#nanoTime}.
   *
   * @param begun when the call was made
   * @param firstHeader when the first header was there
   * @param ended when all was there
   * @param bytes as stored
   */
  synchronized void delivered(long begun, long firstHeader, long ended, long bytes) {
    latencyNanos = mixed(latencyNanos, (double) (firstHeader - begun));
    if (bytes > 0) {
      if (periodCalls == 0 || periodCalls == MOST_OF_PERIOD || begun - periodEnd >= 0) {
        nanosPerByteBefore = nanosPerByte;
        periodFloor = periodCalls == 0 ? firstHeader : periodEnd;
        periodBegin = firstHeader;
        periodEnd = ended;
        periodBytes = 0;
        periodCalls = 0;
      }
      periodBegin = later(periodFloor, earlier(periodBegin, firstHeader));
      periodEnd = later(periodEnd, ended);
      periodBytes += bytes;
      periodCalls++;
      nanosPerByte =
          mixed(nanosPerByteBefore, (double) Math.max(0, periodEnd - periodBegin) / periodBytes);
    }
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }

  /** The tier said which chunks of a prompt it has. */
  synchronized void probed(long nanos) {
    probeNanos = mixed(probeNanos, (double) nanos);
  }

  /** Whether it had something of a prompt. */
  synchronized void sought(boolean hit) {
    hitShare += NEW_SHARE * ((hit ? 1 : 0) - hitShare);
  }

  private static double mixed(double known, double news) {
    if (Double.isNaN(known)) {
      return news;
    }
    double share = news < FAST * known ? NEWS_SHARE : NEW_SHARE;
    return known + share * (news - known);
  }

  /** Whether a chunk came from the tier, ever. */
  synchronized boolean isMeasured() {
    return !Double.isNaN(nanosPerByte) && !Double.isNaN(latencyNanos);
  }

  /** How long a call takes until its first header is there; 0 if none was made. */
  synchronized double latencyNanos() {
    return Double.isNaN(latencyNanos) ? 0 : latencyNanos;
  }

  /** How long so many bytes take once they begin to come; 0 if none ever came. */
  synchronized double transferNanos(long bytes) {
    return Double.isNaN(nanosPerByte) ? 0 : nanosPerByte * bytes;
  }

  /** How long it takes to learn what the tier has; NaN if it never said. */
  synchronized double probeNanos() {
    return probeNanos;
  }

  /** Whether it takes long to learn what the tier has; not if it never said. */
  synchronized boolean isSlowToSay() {
    return probeNanos >= SLOW_TO_SAY_NANOS;
  }

  /** The share of prompts that it had something of, lately. */
  synchronized double hitShare() {
    return hitShare;
  }

  /** Whether hardly a prompt was there, lately. */
  synchronized boolean rarelyHits() {
    return hitShare < RARELY;
  }

  /** What the question whether so many chunks are here takes from computing. */
  synchronized double questionNanos(int chunks) {
    return isSlowToSay() ? chunks * QUESTION_NANOS : 0;
  }

  /**
   * Whether to ask what there is of a prompt, which counts as a question. A tier that hardly ever
   * has anything is asked now and then about prompts that are computed soon.
   *
   * @param computeNanos what computing all of it takes
   */
  synchronized boolean isWorthAsking(double computeNanos) {
    double cost = Double.isNaN(probeNanos) ? 0 : COMPUTED_SHARE * probeNanos;
    cost = Math.max(QUESTION_NANOS, cost);
    if (hitShare * computeNanos >= cost) {
      return true;
    }
    spared += LEAST_SHARE * computeNanos;
    boolean worth = spared >= cost;
    if (worth) {
      spared = 0;
    }
    return worth;
  }
}
