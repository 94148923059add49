/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class tells in the log, from {@link #of} to {@link #close}. */
final class LogLines extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> texts = new CopyOnWriteArrayList<>();

  private LogLines(Logger logger) {
    this.logger = logger;
    setFormatter(new SimpleFormatter());
  }

  static LogLines of(Class<?> teller) {
    LogLines lines = new LogLines(Logger.getLogger(teller.getName()));
    lines.logger.addHandler(lines);
    return lines;
  }

  /** The texts so far, of a level that is shown. */
  List<String> texts() {
    return List.copyOf(texts);
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.INFO.intValue()) {
      texts.add(getFormatter().formatMessage(record));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
