/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

/** A user's place in the schedule. Not safe for use by several threads. */
final class Session {
  private final int userId;
  private final int rounds;
  private int asked;
  private double lastRequest;
  private boolean outstanding;

  private Session(int userId, int rounds, int asked, double lastRequest) {
    this.userId = userId;
    this.rounds = rounds;
    this.asked = asked;
    this.lastRequest = lastRequest;
  }

  /** One who asks the first question at the next step. */
  static Session joining(int userId, int rounds) {
    return new Session(userId, rounds, 0, Double.NEGATIVE_INFINITY);
  }

  /**
   * One who is there already.
   *
   * @param asked questions that count as asked
   * @param lastRequest when the last of them did, in seconds
   */
  static Session underWay(int userId, int rounds, int asked, double lastRequest) {
    return new Session(userId, rounds, asked, lastRequest);
  }

  int userId() {
    return userId;
  }

  /** The number of the question that was asked last, from 1 on. */
  int question() {
    return asked;
  }

  boolean isFinished() {
    return asked >= rounds && !outstanding;
  }

  /** Whether a question is left, and the gap since the last one is over. */
  boolean isDue(double now, double gap) {
    return asked < rounds && now - lastRequest > gap;
  }

  /** Whether an answer is waited for. */
  boolean isOutstanding() {
    return outstanding;
  }

  /** The next question is sent. */
  void send(double now) {
    asked++;
    lastRequest = now;
    outstanding = true;
  }

  /** The last question was answered, or failed. */
  void completed() {
    outstanding = false;
  }
}
