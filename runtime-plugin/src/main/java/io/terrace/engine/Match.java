/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.spi.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a prompt: the answer to a lookup. Holds a reference to every page in it; whoever
 * got the match releases what it does not keep.
 *
 * @param pages pages of whole chunks from position 0 on, every position usable
 * @param partial a page whose first positions follow the whole chunks, or null
 * @param positions positions usable in all, those of {@code partial} included
 */
public record Match(List<Page> pages, @Nullable Page partial, int positions) {
  static final Match NOTHING = new Match(List.of(), null, 0);

  void release() {
    pages.forEach(Page::release);
    if (partial != null) {
      partial.release();
    }
  }
}
