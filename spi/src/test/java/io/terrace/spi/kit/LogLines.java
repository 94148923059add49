/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What a class tells in the log, from {@link #of} to {@link #close}. Takes it from the JDK's own
 * logging, where {@link System.Logger} writes to unless a test says otherwise.
 */
public final class LogLines extends Handler implements AutoCloseable {
  /** A line that is shown. */
  private record Line(Level level, String text) {}

  private final Logger logger;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  private LogLines(Logger logger) {
    this.logger = logger;
    setFormatter(new SimpleFormatter());
  }

  /** Begins to listen to a class whose logger has its name. */
  public static LogLines of(Class<?> teller) {
    LogLines lines = new LogLines(Logger.getLogger(teller.getName()));
    lines.logger.addHandler(lines);
    return lines;
  }

  /** The texts so far, of a level that is shown. */
  public List<String> texts() {
    return lines.stream().map(Line::text).toList();
  }

  /** The texts of warnings so far. */
  public List<String> warnings() {
    return lines.stream()
        .filter(line -> line.level().equals(Level.WARNING))
        .map(Line::text)
        .toList();
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.INFO.intValue()) {
      lines.add(new Line(record.getLevel(), getFormatter().formatMessage(record)));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
