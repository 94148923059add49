/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.spi.Page;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** A page that a session can hold: of the {@link PagePool}, or {@linkplain LentPage lent}. */
public abstract class KvPage implements Page {
  private volatile @Nullable Reference<Object> attachment;

  /**
   * Whether the page lies outside the pool's budget. Such a page belongs to one session and is
   * never published.
   */
  public abstract boolean isPrivate();

  /** Declares that nobody writes this page any more. */
  public abstract void seal();

  /** Whether nobody writes this page any more. */
  public abstract boolean isSealed();

  /**
   * Counts one of the references to this page as somebody's. Nothing to count where the page takes
   * nothing from the pool's budget.
   */
  public abstract void heldBy(Holder holder);

  /** A reference that was counted so goes to another, or back. */
  public abstract void letGoBy(Holder holder);

  /** How many references are counted as somebody's now. */
  public abstract int holds(Holder holder);

  /**
   * What a runtime keeps with the memory, such as tensors over it; survives the page's reuse. Held
   * weakly: pages outlive runtimes, whose classes must go when the application drops them.
   */
  public final @Nullable Object attachment() {
    Reference<Object> reference = attachment;
    return reference == null ? null : reference.get();
  }

  public final void attach(Object object) {
    attachment = new WeakReference<>(object);
  }
}
