/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

/**
 * Where a value came from; {@link #toString} is what messages show.
 *
 * @param kind which source
 * @param where {@code terrace.yaml:3}, a property's name, a variable's name, an option as it was
 *     given; empty for a default
 */
public record Origin(Kind kind, String where) {
  /** The sources of values. */
  public enum Kind {
    /** Nothing was set: the option's default, or its computed value. */
    DEFAULT,
    /** A line of a file. */
    FILE,
    /** An environment variable. */
    ENVIRONMENT,
    /** A system property. */
    PROPERTY,
    /** A command line. */
    COMMAND_LINE,
    /** Passed by code. */
    CODE
  }

  /** The origin of what was not set. */
  public static Origin ofDefault() {
    return new Origin(Kind.DEFAULT, "");
  }

  /** A line, counted from 1, of a file. */
  public static Origin ofFile(String file, int line) {
    return new Origin(Kind.FILE, file + ":" + line);
  }

  /** An environment variable. */
  public static Origin ofVariable(String name) {
    return new Origin(Kind.ENVIRONMENT, name);
  }

  /** A system property. */
  public static Origin ofProperty(String name) {
    return new Origin(Kind.PROPERTY, name);
  }

  /** An option on a command line. */
  public static Origin ofOption(String option) {
    return new Origin(Kind.COMMAND_LINE, option);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case DEFAULT -> "default";
      case FILE, COMMAND_LINE -> where;
      case ENVIRONMENT -> "environment variable " + where;
      case PROPERTY -> "system property " + where;
      case CODE -> "given by code";
    };
  }
}
