/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

/**
 * One thing that a tier found out about its store or the machine: for a person who wants to know
 * why it is slow, or does not work.
 *
 * @param level how bad it is
 * @param subject what was looked at, in a word or two: {@code O_DIRECT}, {@code bucket}
 * @param text what was found, with figures and units
 * @param advice what to change, and where; empty if nothing is to be done
 */
public record Finding(Level level, String subject, String text, String advice) {
  /** How bad a finding is. */
  public enum Level {
    /** As it should be. */
    GOOD,
    /** It works, and could be better. */
    WARNING,
    /** Chunks are not stored, or not found, until this is changed. */
    BAD
  }

  /** What is as it should be. */
  public static Finding good(String subject, String text) {
    return new Finding(Level.GOOD, subject, text, "");
  }

  /** What works, and could be better. */
  public static Finding warning(String subject, String text, String advice) {
    return new Finding(Level.WARNING, subject, text, advice);
  }

  /** What keeps the tier from working. */
  public static Finding bad(String subject, String text, String advice) {
    return new Finding(Level.BAD, subject, text, advice);
  }
}
