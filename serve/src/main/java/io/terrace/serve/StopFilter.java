/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.util.List;

/**
 * Ends a text before the first of some strings that would be in it, which is the one that is
 * complete first. What may be the beginning of one is held back, until what follows says. For one
 * thread.
 */
final class StopFilter {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  StopFilter(List<String> stops) {
    this.stops = stops;
  }

  /**
   * The text goes on.
   *
   * @return what is certain to be in it now, behind what was returned before
   */
  String append(String more) {
    if (found) {
      return "";
    }
    held.append(more);
    int stop = firstStop();
    if (stop >= 0) {
      found = true;
      held.setLength(stop);
      return take(stop);
    }
    return take(held.length() - begunStop());
  }

  /** The text is at its end: what was held back is in it. */
  String finish() {
    return take(held.length());
  }

  /** Whether the text ended before one of the strings. */
  boolean isFound() {
    return found;
  }

  private String take(int length) {
    String taken = held.substring(0, length);
    held.delete(0, length);
    return taken;
  }

  /** Where the one begins that ends first, or -1. */
  private int firstStop() {
    int first = -1;
    int firstEnd = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      int end = at + stop.length();
      if (at >= 0 && (end < firstEnd || (end == firstEnd && at < first))) {
        first = at;
        firstEnd = end;
      }
    }
    return first;
  }

  /** Length of the longest end of the text that a stop begins with. */
  private int begunStop() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
