/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.eviction;

import java.util.Arrays;

/**
 * How soon chunks are wanted again, by how often they were so far. For intervals of time since the
 * last use it is counted how many chunks were not wanted up to there, and how many then were; those
 * that still wait count as far as they have come, so that nothing is to be waited for (an actuarial
 * estimate, as that of Kaplan and Meier).
 */
final class ReuseTimes {
  private static final int CLASSES = 8; // wanted once, twice, ...; from there on as one
  private static final int INTERVALS = 40;
  private static final double FIRST_MILLIS = 100;
  private static final double GROWTH = 1.5; // up to a week
  private static final double PRIOR = 200; // chunks of all classes that count for one of them
  private static final double CLASS_PRIOR = 20;
  private static final double MOST = 0.95;
  private static final double MOST_COUNTED = 1 << 22; // more is old, and counts half

  private final double[] edges = new double[INTERVALS + 1]; // in milliseconds
  private final double[][] wanted = new double[CLASSES][INTERVALS];
  private final double[][] exposed = new double[CLASSES][INTERVALS];
  private final double[][] waiting = new double[CLASSES][INTERVALS];
  private final double[][] rates = new double[CLASSES][INTERVALS];
  private double counted;

  ReuseTimes() {
    edges[1] = FIRST_MILLIS;
    for (int i = 2; i <= INTERVALS; i++) {
      edges[i] = edges[i - 1] * GROWTH;
    }
  }

  private static int classOf(int uses) {
    return Math.min(uses, CLASSES) - 1;
  }

  private int interval(long millis) {
    int found = Arrays.binarySearch(edges, (double) Math.max(0, millis));
    return Math.min(found >= 0 ? found : -found - 2, INTERVALS - 1);
  }

  /** A chunk that was wanted so often is again, after some time. */
  void wanted(int uses, long millis) {
    int interval = interval(millis);
    wanted[classOf(uses)][interval]++;
    for (int i = 0; i <= interval; i++) {
      exposed[classOf(uses)][i]++;
    }
    counted++;
  }

  /** A chunk was not wanted for some time, and is not looked at any longer. */
  void unwanted(int uses, long millis) {
    expose(exposed[classOf(uses)], millis);
    counted++;
  }

  /** Those that wait are told anew. */
  void beginWaiting() {
    for (double[] each : waiting) {
      Arrays.fill(each, 0);
    }
    if (counted > MOST_COUNTED) {
      counted /= 2;
      halve(wanted);
      halve(exposed);
    }
  }

  private static void halve(double[][] counts) {
    for (double[] each : counts) {
      for (int i = 0; i < each.length; i++) {
        each[i] /= 2;
      }
    }
  }

  /** A chunk was not wanted for some time so far. */
  void waiting(int uses, long millis) {
    expose(waiting[classOf(uses)], millis);
  }

  private void expose(double[] counts, long millis) {
    int last = interval(millis);
    for (int i = 0; i < last; i++) {
      counts[i]++;
    }
    double part = (millis - edges[last]) / (edges[last + 1] - edges[last]);
    counts[last] += Math.clamp(part, 0, 1);
  }

  /** Draws the conclusions for {@link #hitsASecond}. */
  void rank() {
    double[] ofAll = new double[INTERVALS]; // the chance to be wanted in an interval
    for (int i = 0; i < INTERVALS; i++) {
      double hits = 0;
      double chances = 0;
      for (int c = 0; c < CLASSES; c++) {
        hits += wanted[c][i];
        chances += exposed[c][i] + waiting[c][i];
      }
      ofAll[i] = chances > 0 ? hits / chances : 0;
    }
    for (int c = 0; c < CLASSES; c++) {
      rank(c, ofAll);
    }
  }

  private void rank(int c, double[] ofAll) {
    double hits = CLASS_PRIOR;
    double expected = CLASS_PRIOR;
    for (int i = 0; i < INTERVALS; i++) {
      hits += wanted[c][i];
      expected += (exposed[c][i] + waiting[c][i]) * ofAll[i];
    }
    double[] chance = new double[INTERVALS];
    for (int i = 0; i < INTERVALS; i++) {
      double prior = Math.min(MOST, ofAll[i] * hits / expected);
      double chances = exposed[c][i] + waiting[c][i];
      chance[i] = Math.min(MOST, (wanted[c][i] + PRIOR * prior) / (chances + PRIOR));
    }
    for (int i = 0; i < INTERVALS; i++) {
      rates[c][i] = bestRate(chance, i);
    }
  }

  /** Hits for the time in the cache, up to the moment that is best to give up. */
  private double bestRate(double[] chance, int from) {
    double left = 1;
    double hits = 0;
    double seconds = 0;
    double best = 0;
    for (int i = from; i < INTERVALS; i++) {
      hits += left * chance[i];
      seconds += left * (1 - chance[i] / 2) * (edges[i + 1] - edges[i]) / 1000;
      left *= 1 - chance[i];
      best = Math.max(best, hits / seconds);
    }
    return best;
  }

  /** How many hits a chunk will have for each second that it stays, at best. */
  double hitsASecond(int uses, long millis) {
    return rates[classOf(uses)][interval(millis)];
  }
}
