/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts text into added tokens and the segments between them, as Jlama's regular expression "a|b|c"
 * of all added tokens does: the leftmost, and of those that begin there the first in the map's
 * order. That expression tries every token at every character; Llama 3 has 256. Immutable.
 */
final class AddedTokenSplit {
  /** Added tokens by first character, each list in the map's order. */
  private final Map<Character, List<String>> byFirst;

  /** The characters that some token begins with, up to the last of them. */
  private final boolean[] begins;

  private AddedTokenSplit(Map<Character, List<String>> byFirst) {
    this.byFirst = byFirst;
    int last = byFirst.keySet().stream().mapToInt(c -> c).max().orElse(-1);
    this.begins = new boolean[last + 1];
    byFirst.keySet().forEach(c -> begins[c] = true);
  }

  /**
   * Reads the tokens in the order of the expression's alternatives.
   *
   * @return null if one is empty or holds a surrogate, which the expression has rules of its own
   *     for
   */
  static @Nullable AddedTokenSplit of(Collection<String> tokens) {
    Map<Character, List<String>> byFirst = new HashMap<>();
    for (String token : tokens) {
      if (token.isEmpty() || token.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
        return null;
      }
      byFirst.computeIfAbsent(token.charAt(0), first -> new ArrayList<>()).add(token);
    }
    return new AddedTokenSplit(byFirst);
  }

  /** The segments and tokens of a text in order, none of them empty. */
  List<String> split(String text) {
    List<String> segments = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < text.length(); ) {
      String token = tokenAt(text, at);
      if (token == null) {
        at++;
        continue;
      }
      if (at > start) {
        segments.add(text.substring(start, at));
      }
      segments.add(token);
      at += token.length();
      start = at;
    }
    if (start < text.length()) {
      segments.add(text.substring(start));
    }
    return segments;
  }

  private @Nullable String tokenAt(String text, int at) {
    char first = text.charAt(at);
    if (first >= begins.length || !begins[first]) {
      return null;
    }
    for (String token : byFirst.getOrDefault(first, List.of())) {
      if (text.startsWith(token, at)) {
        return token;
      }
    }
    return null;
  }
}
