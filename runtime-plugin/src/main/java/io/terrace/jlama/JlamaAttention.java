/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.CausalSelfAttention;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.operations.TensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import io.terrace.agent.jlama.Outcome;
import io.terrace.device.DeviceAttention;
import io.terrace.device.DeviceTable;
import io.terrace.engine.Session;
import io.terrace.jlama.AttentionBlock.Projection;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@code CausalSelfAttention.forward} for sessions whose KV lies on a device:
 * projections by Jlama's operations, rotary embedding here, and attention on the device. Where that
 * fails the session goes on on the host.
 *
 * <p>Safe for use by several threads.
 */
final class JlamaAttention {
  private final MethodHandle maybeQuantize;
  private final AttentionBlock.Reader reader = new AttentionBlock.Reader();
  private final LoadingCache<CausalSelfAttention, AttentionBlock> blocks =
      Caffeine.newBuilder().weakKeys().build(reader::read); // weak keys compare by identity

  /**
   * @throws ReflectiveOperationException if this Jlama has other fields and methods
   */
  JlamaAttention() throws ReflectiveOperationException {
    maybeQuantize =
        MethodHandles.privateLookupIn(AbstractModel.class, MethodHandles.lookup())
            .findVirtual(
                AbstractModel.class,
                "maybeQuantize",
                MethodType.methodType(AbstractTensor.class, AbstractTensor.class));
  }

  /**
   * Computes a block.
   *
   * @param isWhole whether no part of the result comes from elsewhere
   * @return null where the block's own code is to compute it, on the host
   */
  @Nullable Outcome forward(
      CausalSelfAttention attention,
      AbstractTensor<?, ?> input,
      int start,
      SessionKvBuffer buffer,
      boolean isWhole) {
    Session session = buffer.session();
    DeviceAttention device = buffer.owner().device();
    if (device == null || session.onDevice() == null) {
      return null;
    }
    AttentionBlock block = blocks.get(attention);
    int end = start + input.shape().first();
    if (!RowWriter.hasPositions(block.model().getConfig(), end)) {
      return null; // Jlama fails, in its own way
    }
    if (isWhole && session.isInPass(start, end)) {
      AtomicReference<@Nullable AbstractTensor<?, ?>> result = new AtomicReference<>();
      buffer
          .owner()
          .plugin()
          .guard(
              "attention on a device",
              () -> {
                DeviceTable pages =
                    block.layer() == 0 ? session.beginOnDevice() : session.onDevice();
                result.set(pages == null ? null : compute(block, device, pages, input, start));
              });
      if (result.get() != null) {
        return Outcome.of(result.get());
      }
    }
    try {
      return onHost(block, input, start, end, buffer);
    } catch (Throwable e) {
      return Outcome.failed(e); // without what was lost no answer is right
    }
  }

  /** The session goes on on the host, from this block on; what was lost is computed again first. */
  private static @Nullable Outcome onHost(
      AttentionBlock block,
      AbstractTensor<?, ?> input,
      int start,
      int end,
      SessionKvBuffer buffer) {
    Session session = buffer.session();
    session.leaveDevice();
    if (block.layer() == 0 && session.computed() >= Math.min(start, session.known())) {
      return null; // all that is known is there, and nothing of the pass is done
    }
    if (PromptPass.CURRENT.isBound()) {
      return PromptPass.CURRENT.get().giveUp(input);
    }
    new Prefill(block.model(), buffer).restore(end);
    session.beginPass(start, end);
    return null;
  }

  /** Null if the device failed. */
  private @Nullable AbstractTensor<?, ?> compute(
      AttentionBlock block,
      DeviceAttention device,
      DeviceTable pages,
      AbstractTensor<?, ?> input,
      int start) {
    Config config = block.model().getConfig();
    int rows = input.shape().first();
    int width = config.numberOfHeads * config.headSize;
    try (AbstractTensor<?, ?> queries = block.model().makeDenseTensor(rows, width);
        AbstractTensor<?, ?> keys = block.model().makeDenseTensor(rows, config.kvLength);
        AbstractTensor<?, ?> values = block.model().makeDenseTensor(rows, config.kvLength);
        AbstractTensor<?, ?> attended = block.model().makeDenseTensor(rows, width)) {
      project(block, config, input, queries, keys, values);
      DeviceAttention.Rows newRows =
          (toQueries, toKeys, toValues) ->
              new RowWriter(config, start)
                  .write(queries, keys, values, rows, toQueries, toKeys, toValues);
      return device.compute(
              pages, block.layer(), start, rows, newRows, result -> read(result, attended))
          ? output(block, config, attended)
          : null;
    }
  }

  /** As Jlama does: what is computed together, and in which parts, decides over the last bits. */
  private static void project(
      AttentionBlock block,
      Config config,
      AbstractTensor<?, ?> input,
      AbstractTensor<?, ?> queries,
      AbstractTensor<?, ?> keys,
      AbstractTensor<?, ?> values) {
    TensorOperations operations = TensorOperationsProvider.get();
    int width = config.embeddingLength;
    AbstractTensor<?, ?> query = block.query().weights();
    AbstractTensor<?, ?> key = block.key().weights();
    AbstractTensor<?, ?> value = block.value().weights();
    if (config.isGQA) {
      VectorMath.pchunk(
          0,
          queries.shape().last(),
          (from, count) ->
              operations.dotProductChunk(queries, input, query, 0, width, from, count));
      VectorMath.pchunk(
          0,
          config.kvLength,
          (from, count) -> {
            operations.dotProductChunk(keys, input, key, 0, width, from, count);
            operations.dotProductChunk(values, input, value, 0, width, from, count);
          });
    } else {
      AbstractTensor<?, ?>[] results = {queries, keys, values};
      AbstractTensor<?, ?>[] weights = {query, key, value};
      VectorMath.pchunk(
          0,
          queries.shape().last(),
          (from, count) ->
              operations.dotProductBatchChunk(results, input, weights, 0, width, from, count));
    }
    add(block.query(), queries);
    add(block.key(), keys);
    add(block.value(), values);
  }

  private static void add(Projection projection, AbstractTensor<?, ?> to) {
    if (projection.bias() != null) {
      TensorOperationsProvider.get().accumulate(to, projection.bias(), 0, to.shape().last());
    }
  }

  private static void read(MemorySegment result, AbstractTensor<?, ?> attended) {
    if (attended.dType() == DType.F32) {
      attended.getMemorySegment().copyFrom(result);
      return;
    }
    long size = attended.size();
    for (long i = 0; i < size; i++) {
      Elements.BF16.set(attended.getMemorySegment(), i, Elements.F32.get(result, i));
    }
  }

  private AbstractTensor<?, ?> output(
      AttentionBlock block, Config config, AbstractTensor<?, ?> attended) {
    TensorOperations operations = TensorOperationsProvider.get();
    AbstractTensor<?, ?> weights = block.output().weights();
    int width = attended.shape().last();
    AbstractTensor<?, ?> result =
        block.model().makeDenseTensor(attended.shape().first(), config.embeddingLength);
    try (AbstractTensor<?, ?> quantized = quantized(block.model(), attended)) {
      VectorMath.pchunk(
          0,
          config.embeddingLength,
          (from, count) ->
              operations.dotProductChunk(result, quantized, weights, 0, width, from, count));
    }
    add(block.output(), result);
    return result;
  }

  private AbstractTensor<?, ?> quantized(AbstractModel model, AbstractTensor<?, ?> tensor) {
    try {
      return (AbstractTensor<?, ?>) maybeQuantize.invoke(model, tensor);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
