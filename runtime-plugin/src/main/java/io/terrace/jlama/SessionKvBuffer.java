/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.TerraceKvBuffer;
import io.terrace.engine.Session;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Jlama's buffer of one session, over pages of the pool.
 *
 * <p>Jlama uses a buffer on one thread at a time. Applications do not always: where two requests
 * come with one session id, their passes wait for each other, so that what is told of the tokens
 * stays true of the pages, which others may read. {@link #close} may come from any thread: pages
 * that a pass under way still uses are given back when it ends.
 */
final class SessionKvBuffer extends TerraceKvBuffer {
  private final UUID id;
  private final ModelSessions owner;
  private final Session session;
  private final KvTensors tensors;
  private final ReentrantLock pass = new ReentrantLock(); // held by the pass under way
  private volatile boolean closing;
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

  /** A pass of this thread begins, when that of another has ended: until it ends, pages stay. */
  void enter() {
    pass.lock();
  }

  /** Whether a pass of this thread is under way. */
  boolean isEntered() {
    return pass.isHeldByCurrentThread();
  }

  /** The pass of this thread ends. */
  void leave() {
    pass.unlock();
    endIfClosing();
  }

  /** Ends the session now, or with the pass under way. Used again, it gets its pages again. */
  @Override
  public void close() {
    closing = true;
    endIfClosing();
  }

  /** Whoever holds the lock meanwhile comes here after letting it go. */
  private void endIfClosing() {
    while (closing && !pass.isHeldByCurrentThread() && pass.tryLock()) {
      try {
        if (closing) {
          closing = false;
          owner.end(this);
          closeJlamasPages();
        }
      } finally {
        pass.unlock();
      }
    }
  }

  private void closeJlamasPages() {
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
