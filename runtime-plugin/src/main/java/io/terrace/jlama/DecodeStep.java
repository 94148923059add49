/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import io.terrace.engine.Session;
import org.jspecify.annotations.Nullable;

/** A pass of one token through Jlama's own code, from its beginning to its end. */
final class DecodeStep {
  private final PassMonitor passes;
  private final @Nullable SessionKvBuffer buffer;
  private final boolean told;

  private DecodeStep(PassMonitor passes, @Nullable SessionKvBuffer buffer, boolean told) {
    this.passes = passes;
    this.buffer = buffer;
    this.told = told;
  }

  /** A pass whose KV goes to Jlama's own memory. */
  static DecodeStep elsewhere(PassMonitor passes) {
    passes.begin(null);
    return new DecodeStep(passes, null, false);
  }

  /**
   * A pass whose KV goes to the pages of a session. What came before it is computed first if the
   * session lost it, as by a close of the model in the middle of an answer.
   *
   * @param sharable whether the token alone decides what is computed
   */
  static DecodeStep begin(
      AbstractModel model, SessionKvBuffer buffer, int token, int position, boolean sharable) {
    PassMonitor passes = buffer.owner().passes();
    buffer.enter();
    passes.begin(buffer);
    try {
      Session session = buffer.session();
      boolean told = sharable && position >= 0 && position <= session.known();
      if (told) {
        session.tell(position, token);
        new Prefill(model, buffer).restore(position);
        session.beginPass(position, position + 1);
      } else {
        new Prefill(model, buffer).leaveDevice();
      }
      return new DecodeStep(passes, buffer, told);
    } catch (Throwable e) {
      passes.end();
      buffer.leave();
      throw e;
    }
  }

  /** The pass is over. */
  void end(boolean failed) {
    if (buffer == null) {
      passes.end();
      return;
    }
    try {
      if (told) {
        account(buffer, failed);
      }
    } finally {
      passes.end();
      buffer.leave();
    }
  }

  private static void account(SessionKvBuffer buffer, boolean failed) {
    Session session = buffer.session();
    if (failed) {
      session.forgetFrom(session.computed());
      return;
    }
    session.endPass();
    boolean finishesChunk = session.computed() % session.geometry().chunkTokens() == 0;
    if (finishesChunk || session.isArriving()) {
      Runnable share = finishesChunk ? session::publish : session::publishArrived;
      buffer.owner().plugin().guard("publication", share);
    }
  }
}
