/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line of {@link Serve}.
 *
 * @param model folder with a model that Jlama can load
 * @param name the name that clients ask for it by
 * @param port 0 for any that is free
 * @param queue requests that may wait
 * @param concurrency requests that are answered at a time
 * @param untilEndOfInput whether the server stops when its standard input ends, as it does with the
 *     process that started it
 */
record ServeOptions(
    Path model,
    String name,
    String host,
    int port,
    int queue,
    int concurrency,
    boolean untilEndOfInput) {
  private static final String UNTIL_END_OF_INPUT = "--until-end-of-input";
  private static final Set<String> WITH_VALUE =
      Set.of("--model", "--name", "--host", "--port", "--queue", "--concurrency");

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException that says which is wrong, and what is allowed
   */
  static ServeOptions parse(List<String> arguments) {
    Map<String, String> values = new HashMap<>();
    boolean untilEndOfInput = false;
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals(UNTIL_END_OF_INPUT)) {
        untilEndOfInput = true;
      } else if (WITH_VALUE.contains(option) && i + 1 < arguments.size()) {
        values.put(option, arguments.get(++i));
      } else {
        throw new IllegalArgumentException(
            option
                + ": unknown, or without its value; known are "
                + WITH_VALUE.stream().sorted().toList());
      }
    }
    String folder = values.get("--model");
    if (folder == null) {
      throw new IllegalArgumentException("--model is missing: the folder of a model");
    }
    Path model = Path.of(folder).toAbsolutePath().normalize();
    return new ServeOptions(
        model,
        values.getOrDefault("--name", String.valueOf(model.getFileName())),
        values.getOrDefault("--host", "127.0.0.1"),
        number(values, "--port", 8000, 0, 65_535),
        number(values, "--queue", 64, 1, 100_000),
        number(values, "--concurrency", 2, 1, 64),
        untilEndOfInput);
  }

  private static int number(
      Map<String, String> values, String option, int byDefault, int least, int most) {
    String value = values.get(option);
    if (value == null) {
      return byDefault;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        option + "=" + value + ": must be a number from " + least + " to " + most);
  }
}
