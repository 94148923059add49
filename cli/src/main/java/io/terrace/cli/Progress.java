/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Says what is going on. On a terminal one line is rewritten, with the seconds since the phase
 * began; elsewhere each phase is one line. Safe for use by several threads.
 */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 78;
  private static final Duration REFRESH = Duration.ofMillis(500);

  private final PrintStream out;
  private final boolean terminal;
  private String phase = "";
  private String detail = "";
  private long phaseStartNanos = System.nanoTime();
  private boolean lineShown;
  private boolean closed;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    if (terminal) {
      Thread.ofPlatform().daemon().name("progress").start(this::refresh);
    }
  }

  /** The script knows whether standard error is a terminal; Java does not. */
  static Progress standardError() {
    Progress progress = new Progress(System.err, Boolean.getBoolean("terrace.terminal"));
    Thread atExit = new Thread(progress::close, "end of the progress line");
    Runtime.getRuntime().addShutdownHook(atExit); // Ctrl-C must not leave half a line
    return progress;
  }

  /** Begins a phase, which takes seconds to minutes; an empty one shows nothing. */
  synchronized void phase(String what) {
    phase = what;
    detail = "";
    phaseStartNanos = System.nanoTime();
    if (!terminal && !what.isEmpty()) {
      out.println(what);
    }
    clear();
    show();
  }

  /** What is done now within the phase; shown on a terminal only. */
  synchronized void detail(String what) {
    detail = what;
    show();
  }

  /** A line that stays. */
  void note(String line) {
    around(() -> out.println(line));
  }

  /** Asks somebody while nothing is shown. */
  synchronized boolean ask(BooleanSupplier question) {
    clear();
    boolean answer = question.getAsBoolean();
    show();
    return answer;
  }

  /** Lets something else be written to the terminal. */
  synchronized void around(Runnable writing) {
    clear();
    writing.run();
    show();
  }

  @Override
  public synchronized void close() {
    clear();
    closed = true;
    notifyAll();
  }

  private synchronized void refresh() {
    try {
      while (!closed) {
        wait(REFRESH.toMillis());
        show();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void show() {
    if (!terminal || closed || phase.isEmpty()) {
      return;
    }
    long seconds = Duration.ofNanos(System.nanoTime() - phaseStartNanos).toSeconds();
    out.print("\r" + line(phase + (detail.isEmpty() ? "" : ": " + detail), seconds));
    out.flush();
    lineShown = true;
  }

  /** As wide as the line may be; a text that is too long is cut, and the seconds stay. */
  static String line(String text, long seconds) {
    String end = " (" + seconds + " s)";
    String cut = text.substring(0, Math.min(text.length(), WIDTH - end.length()));
    return String.format(Locale.ROOT, "%-" + WIDTH + "s", cut + end);
  }

  private synchronized void clear() {
    if (lineShown) {
      out.print("\r" + " ".repeat(WIDTH) + "\r");
      out.flush();
      lineShown = false;
    }
  }
}
