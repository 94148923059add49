/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** An engine, and what a plain model of it knows: all token sequences published, by fingerprint. */
final class World implements AutoCloseable {
  /** Pages of 4 positions, 64 KiB: 32 of them in a slab. */
  static final PageGeometry FOUR = new PageGeometry(2, 1, 1024, 4, DataType.F32);

  /** Pages of 8 positions, 1 KiB. */
  static final PageGeometry EIGHT = new PageGeometry(3, 1, 5, 8, DataType.F32);

  /** A model: its space, and which fingerprint names its chunks now. */
  static final class Model {
    private final ModelSpace space;
    private int fingerprint;

    Model(ModelSpace space, int fingerprint) {
      this.space = space;
      this.fingerprint = fingerprint;
    }

    ModelSpace space() {
      return space;
    }
  }

  private final PagePool pool;
  private final Engine engine;
  private final Map<Integer, List<int[]>> published = new HashMap<>();
  private final TestTier tier;
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private int fingerprints;

  /** Room for everything. */
  static World large() {
    return new World(64 << 20, TestTier::unbounded);
  }

  World(long budgetBytes, Function<TierContext, TestTier> openTier) {
    pool = new PagePool(budgetBytes, true);
    AtomicReference<TestTier> opened = new AtomicReference<>();
    Stack open =
        contexts -> {
          TestTier made = openTier.apply(contexts.apply("test"));
          opened.set(made);
          return List.of(StackTier.ofPages("test", made));
        };
    engine =
        new Engine(
            pool, open, new Engine.Limits(1 << 20, 1 << 20), null, Precision.EXACT, new Events());
    tier = Objects.requireNonNull(opened.get());
  }

  Engine engine() {
    return engine;
  }

  PagePool pool() {
    return pool;
  }

  private final class Events implements EngineEvents {
    @Override
    public void failed(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void faulty(String name, ChunkKey key, ChunkFault fault) {
      failures.add(new AssertionError(name + " " + key + " " + fault));
    }
  }

  /** What failed without a caller who could be told. */
  List<Throwable> failures() {
    return failures;
  }

  TestTier tier() {
    return tier;
  }

  /** A model with a fingerprint of its own. */
  Model model(PageGeometry geometry) {
    int fingerprint = 1000 + fingerprints++;
    return new Model(engine.space(bytes(fingerprint), geometry), fingerprint);
  }

  /** Names a model's chunks by another fingerprint, which others may have already. */
  void rename(Model model, int fingerprint) {
    List<int[]> moved = published.remove(model.fingerprint);
    if (moved != null) {
      published.computeIfAbsent(fingerprint, f -> new ArrayList<>()).addAll(moved);
    }
    model.fingerprint = fingerprint;
    engine.rename(model.space, bytes(fingerprint));
  }

  static byte[] bytes(int fingerprint) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fingerprint);
    bytes[0] = (byte) (fingerprint >> 8);
    return bytes;
  }

  void published(Model model, int[] tokens) {
    sequences(model).add(tokens);
  }

  /** All that was published for a model. */
  List<int[]> sequences(Model model) {
    return published.computeIfAbsent(model.fingerprint, f -> new ArrayList<>());
  }

  /** The longest beginning of a prompt that was published for a model, in tokens. */
  int known(Model model, int[] prompt) {
    int longest = 0;
    for (int[] sequence : sequences(model)) {
      int mismatch = Arrays.mismatch(sequence, prompt);
      longest = Math.max(longest, mismatch < 0 ? prompt.length : mismatch);
    }
    return longest;
  }

  /** Whether memory was so short that something was given up or not shared. */
  boolean wasShort() {
    return engine.counters().evicted.sum() > 0
        || engine.counters().noRoom.sum() > 0
        || pool.privatePagesEver() > 0;
  }

  /** To be asked when no session is open: every page is one of a chunk in the tier. */
  void checkAccounts() {
    assertThat(pool.privatePages()).as("private pages").isZero();
    assertThat(pool.pagesInUse()).as("pages in use, and those of chunks").isEqualTo(tier.pages());
  }

  /** Closes the engine: no page may be left. */
  @Override
  public void close() {
    engine.close();
    assertThat(pool.pagesInUse()).isZero();
    assertThat(pool.privatePages()).isZero();
    assertThat(pool.mappedBytes()).isZero();
  }
}
