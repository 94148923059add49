/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import java.lang.foreign.MemorySegment;

/**
 * A page in the memory of a tier, such as a mapped file: to be read, never to be written. Takes
 * nothing from the pool's budget.
 */
public final class LentPage extends KvPage {
  private final Page page;

  /**
   * @param page of the tier; this object takes its reference over
   */
  public LentPage(Page page) {
    this.page = page;
  }

  @Override
  public MemorySegment segment() {
    return page.segment();
  }

  @Override
  public PageGeometry geometry() {
    return page.geometry();
  }

  @Override
  public void retain() {
    page.retain();
  }

  @Override
  public void release() {
    page.release();
  }

  @Override
  public int references() {
    return page.references();
  }

  @Override
  public boolean isPrivate() {
    return false;
  }

  @Override
  public void heldBy(Holder holder) {}

  @Override
  public void letGoBy(Holder holder) {}

  @Override
  public int holds(Holder holder) {
    return 0;
  }

  /** Nothing to do: it is read-only from the start. */
  @Override
  public void seal() {}

  @Override
  public boolean isSealed() {
    return true;
  }

  @Override
  public String toString() {
    return "lent " + page;
  }
}
