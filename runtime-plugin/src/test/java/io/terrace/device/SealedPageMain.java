/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import java.lang.foreign.ValueLayout;

/** A process that writes to a page of a checked pool, after it sealed it if it is told so. */
final class SealedPageMain {
  static final String ALIVE = "still alive";

  private SealedPageMain() {}

  public static void main(String[] args) {
    PooledPage page = new PagePool(8 << 20, true).allocate(Pages.of(4096));
    page.segment().set(ValueLayout.JAVA_INT, 0, 1);
    if (args.length > 0) {
      page.seal();
    }
    if (page.segment().get(ValueLayout.JAVA_INT, 0) != 1) {
      throw new AssertionError("a sealed page can be read");
    }
    page.segment().set(ValueLayout.JAVA_INT, 4, 2);
    System.out.println(ALIVE);
  }
}
