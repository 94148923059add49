/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.tjake.jlama.model.CausalSelfAttention;
import com.github.tjake.jlama.safetensors.Config;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One lock for each block of a model that keeps the arrays of the call under way in its fields,
 * which two threads would overwrite: {@code MLPBlock} and {@code MoEBlock} always, {@code
 * CausalSelfAttention} without grouped queries. Calls on one model so interleave block by block.
 */
final class ScratchLocks {
  private final VarHandle attentionConfig;
  private final LoadingCache<Object, Optional<Lock>> locks =
      Caffeine.newBuilder().weakKeys().build(this::lockFor); // weak keys compare by identity

  ScratchLocks() throws ReflectiveOperationException {
    attentionConfig =
        MethodHandles.privateLookupIn(CausalSelfAttention.class, MethodHandles.lookup())
            .findVarHandle(CausalSelfAttention.class, "c", Config.class);
  }

  @Nullable Lock of(Object block) {
    return locks.get(block).orElse(null);
  }

  private Optional<Lock> lockFor(Object block) {
    if (block instanceof CausalSelfAttention attention
        && ((Config) attentionConfig.get(attention)).isGQA) {
      return Optional.empty();
    }
    return Optional.of(new ReentrantLock());
  }
}
