/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.TerraceKvBuffer;
import io.terrace.engine.Session;
import java.util.UUID;

/**
 * Jlama's buffer of one session, over pages of the pool.
 *
 * <p>Jlama uses a buffer on one thread at a time. Only {@link #close} may come from another thread:
 * pages that a pass under way still uses are given back when it ends.
 */
final class SessionKvBuffer extends TerraceKvBuffer {
  private final UUID id;
  private final ModelSessions owner;
  private final Session session;
  private final KvTensors tensors;
  private int passes; // under way on this buffer
  private boolean closing;
  private boolean usedJlamasPages;

  SessionKvBuffer(KvBufferCache cache, UUID id, ModelSessions owner, Session session) {
    super(cache, id);
    this.id = id;
    this.owner = owner;
    this.session = session;
    tensors = new KvTensors(session);
    setCurrentContextPosition(session.known());
  }

  UUID id() {
    return id;
  }

  ModelSessions owner() {
    return owner;
  }

  Session session() {
    return session;
  }

  /** A pass begins: until it ends, the pages stay. */
  synchronized void enter() {
    passes++;
  }

  /** A pass ends. */
  void leave() {
    boolean last;
    synchronized (this) {
      passes--;
      last = passes == 0 && closing;
    }
    if (last) {
      end();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      if (passes > 0) {
        return;
      }
    }
    end();
  }

  private void end() {
    owner.end(this);
    if (usedJlamasPages) {
      super.close();
    }
  }

  @Override
  public AbstractTensor<?, ?> getKeyTensorForPosition(int layerIndex, int position) {
    return isOurs(position)
        ? tensors.keyAt(layerIndex, position)
        : super.getKeyTensorForPosition(layerIndex, position);
  }

  @Override
  public AbstractTensor<?, ?> getValTensorForPosition(int layerIndex, int position) {
    return isOurs(position)
        ? tensors.valueAt(layerIndex, position)
        : super.getValTensorForPosition(layerIndex, position);
  }

  /** Positions that the model does not have are left to Jlama, which fails on them in its way. */
  private boolean isOurs(int position) {
    boolean ours = position >= 0 && position < owner.contextLength();
    usedJlamasPages |= !ours;
    return ours;
  }

  @Override
  public AbstractTensor<?, ?>[] getKeyTensorsUptoPosition(int layerIndex, int upperBound) {
    return tensors.keysUpTo(layerIndex, upperBound);
  }

  @Override
  public AbstractTensor<?, ?>[] getValTensorsUptoPosition(int layerIndex, int upperBound) {
    return tensors.valuesUpTo(layerIndex, upperBound);
  }
}
