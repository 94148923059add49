/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import java.io.File;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * What advice in Jlama's methods asks of the adapter. Jlama's objects pass as {@code Object}, since
 * this interface lives above Jlama's class loader. One implementation for each copy of Jlama in the
 * process; safe for use by several threads.
 *
 * <p>Whatever an implementation cannot do it answers with null or false, and Jlama's own code runs.
 */
public interface JlamaRuntime {
  /** The buffer for {@code KvBufferCache.getKvBuffer(UUID)}, or null for one of Jlama's. */
  @Nullable Object kvBuffer(Object kvBufferCache, UUID session);

  /** A {@code KvBufferCache} was closed, as when its model is. */
  void cacheClosed(Object kvBufferCache);

  /**
   * The work of {@code AbstractModel.batchForward(int[], int, KvBuffer, Optional)}.
   *
   * @return null if it is not ours to do
   */
  @Nullable Outcome batchForward(
      Object model, int[] tokens, int startPosition, Object kvBuffer, Object tensorReducer);

  /**
   * Before {@code AbstractModel.forward(int, int, KvBuffer, Optional)}.
   *
   * @return what {@link #afterForward} wants back, or null if it need not be called
   */
  @Nullable Object beforeForward(
      Object model, int token, int position, Object kvBuffer, Object tensorReducer);

  /** After {@code forward}, whether it returned or threw. */
  void afterForward(Object pass, boolean failed);

  /**
   * Before {@code forward} of a block of attention, of experts or of an MLP: whether what the pass
   * computes came meanwhile, so that the rest of it is of no use.
   *
   * @return with a tensor of the shape that the block would return; null if it is to be computed
   */
  @Nullable Outcome leftOut(Object block, Object input);

  /**
   * The work of {@code CausalSelfAttention.forward(AbstractTensor, int, KvBuffer, Optional)}.
   *
   * @return null if it is not ours to do
   */
  @Nullable Outcome attentionForward(
      Object block, Object input, int startPosition, Object kvBuffer, Object tensorReducer);

  /** The lock to hold during {@code forward} of a block that keeps scratch in fields, or null. */
  @Nullable Lock scratchLock(Object block);

  /**
   * The work of {@code MoEBlock.forward(AbstractTensor, Optional)}; null if it is not ours to do.
   */
  @Nullable Outcome mixtureForward(Object block, Object input, Object tensorReducer);

  /** The work of {@code VectorMath.pchunk(int, int, BiIntConsumer)}; null if it is not ours. */
  @Nullable Outcome parallelChunks(int offset, int length, Object action);

  /** The work of {@code BPETokenizer.encode(String)}; null if it is not ours to do. */
  long @Nullable [] encode(Object tokenizer, String text);

  /** {@code ModelSupport.loadModel} made a model out of a folder (or a file in it). */
  void modelLoaded(Object model, File location);
}
