/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.AbstractTensor;
import io.terrace.engine.Session;

/**
 * A session's page table as Jlama's attention wants it: for a layer, the tensors of all pages up to
 * a position. The arrays are kept from call to call while the page table stays as it is.
 *
 * <p>Used by one thread at a time, as its session.
 */
final class KvTensors {
  private final Session session;
  private final int chunkTokens;
  private final AbstractTensor<?, ?>[][] keys; // [layer][page]
  private final AbstractTensor<?, ?>[][] values; // [layer][page]

  @SuppressWarnings("UnusedVariable") // not read: a page holds its tensors weakly, this keeps them
  private PageTensors[] held = new PageTensors[0];

  private final int[] builtAt; // [layer] the page table's changes when the arrays were made

  KvTensors(Session session) {
    this.session = session;
    chunkTokens = session.geometry().chunkTokens();
    int layers = session.geometry().layers();
    keys = new AbstractTensor<?, ?>[layers][0];
    values = new AbstractTensor<?, ?>[layers][0];
    builtAt = new int[layers];
  }

  /** The keys of one position, to be written: (1, kvLength). */
  AbstractTensor<?, ?> keyAt(int layer, int position) {
    return PageTensors.of(session.pageToWrite(position))
        .keys(layer)
        .slice(true, position % chunkTokens);
  }

  /** The values of one position, to be written: (1, kvLength). */
  AbstractTensor<?, ?> valueAt(int layer, int position) {
    return PageTensors.of(session.pageToWrite(position))
        .values(layer)
        .slice(true, position % chunkTokens);
  }

  /** The keys of all pages up to the one that holds {@code position}. */
  AbstractTensor<?, ?>[] keysUpTo(int layer, int position) {
    return upTo(keys, layer, position);
  }

  /** The values of all pages up to the one that holds {@code position}. */
  AbstractTensor<?, ?>[] valuesUpTo(int layer, int position) {
    return upTo(values, layer, position);
  }

  private AbstractTensor<?, ?>[] upTo(AbstractTensor<?, ?>[][] cache, int layer, int position) {
    int pages = position / chunkTokens + 1;
    session.bringToHost();
    session.page(pages - 1); // allocates what is missing, which is a change of the page table
    if (cache[layer].length != pages || builtAt[layer] != session.changes()) {
      build(layer, pages);
    }
    return cache[layer];
  }

  private void build(int layer, int pages) {
    AbstractTensor<?, ?>[] layerKeys = new AbstractTensor<?, ?>[pages];
    AbstractTensor<?, ?>[] layerValues = new AbstractTensor<?, ?>[pages];
    PageTensors[] ofPages = new PageTensors[pages];
    for (int i = 0; i < pages; i++) {
      PageTensors tensors = PageTensors.of(session.page(i));
      ofPages[i] = tensors;
      layerKeys[i] = tensors.keys(layer);
      layerValues[i] = tensors.values(layer);
    }
    held = ofPages;
    keys[layer] = layerKeys;
    values[layer] = layerValues;
    builtAt[layer] = session.changes();
  }
}
