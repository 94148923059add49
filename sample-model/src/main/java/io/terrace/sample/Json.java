/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.util.Collection;
import java.util.stream.Collectors;

/** As much JSON writing as model folders need; the output is ASCII. */
final class Json {

  private Json() {}

  static String quote(String text) {
    StringBuilder result = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        result.append('\\').append(c);
      } else if (c < 0x20 || c > 0x7E) {
        result.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      } else {
        result.append(c);
      }
    }
    return result.append('"').toString();
  }

  static String array(Collection<String> values) {
    return values.stream().collect(Collectors.joining(",\n", "[", "]"));
  }

  static String object(Collection<String> members) {
    return members.stream().collect(Collectors.joining(",\n", "{", "}"));
  }

  static String member(String name, String value) {
    return quote(name) + ": " + value;
  }

  static String member(String name, long value) {
    return quote(name) + ": " + value;
  }
}
