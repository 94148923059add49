/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.device.PagePool;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.KeyChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StagingTest {
  private final PagePool pool = new PagePool(64 << 20, true);
  private final long pageBytes = Instance.GEOMETRY.pageBytes();
  private final Staging staging = new Staging(3 * pageBytes);

  private static ChunkKey key(int number) {
    return new KeyChain().root(World.bytes(number));
  }

  private StagedChunk chunk() {
    return new StagedChunk(pool.allocate(Instance.GEOMETRY), new int[0]);
  }

  @AfterEach
  void everyPageComesBack() {
    staging.close();
    assertThat(pool.pagesInUse()).isZero();
  }

  @Test
  void oneLoadsAndTheOthersAreTold() {
    List<@Nullable StagedChunk> told = new ArrayList<>();
    assertThat(staging.begin(key(1), told::add)).isTrue();
    assertThat(staging.begin(key(1), told::add)).isFalse();
    assertThat(staging.begin(key(1), told::add)).isFalse();
    assertThat(staging.begin(key(2), told::add)).isTrue();
    StagedChunk chunk = chunk();
    staging.loaded(key(1), chunk, false);
    assertThat(told).containsExactly(chunk, chunk);
    chunk.release();
    chunk.release();
    chunk.release();
    staging.loaded(key(2), null, false);
    assertThat(told).hasSize(2);
  }

  @Test
  void whatIsInUseIsGivenToOthersUntilItIsForgotten() {
    List<@Nullable StagedChunk> told = new ArrayList<>();
    assertThat(staging.begin(key(1), told::add)).isTrue();
    StagedChunk chunk = chunk();
    staging.loaded(key(1), chunk, true);
    assertThat(staging.begin(key(1), told::add)).isFalse();
    assertThat(told).containsExactly(chunk);
    chunk.release();
    chunk.release();
    staging.forget(key(1));
    assertThat(pool.pagesInUse()).isZero();
    assertThat(staging.begin(key(1), told::add)).isTrue();
    staging.loaded(key(1), null, true);
  }

  @Test
  void soMuchWaitsAheadAndTheOldestGoesFirst() {
    for (int i = 0; i < 3; i++) {
      assertThat(staging.keepAhead(key(i), chunk())).isTrue();
    }
    StagedChunk more = chunk();
    assertThat(staging.keepAhead(key(3), more)).as("beyond its bytes").isFalse();
    more.release();
    assertThat(staging.roomAhead()).isZero();
    assertThat(staging.drop(1)).isEqualTo(pageBytes);
    assertThat(staging.has(key(0))).isFalse();
    Objects.requireNonNull(staging.look(key(1))).release();
    assertThat(staging.keepAhead(key(1), chunk())).as("as it does").isTrue();
    assertThat(staging.aheadBytes()).isEqualTo(2 * pageBytes);
    Objects.requireNonNull(staging.ask(key(1))).release();
    assertThat(staging.look(key(1))).isNull();
    assertThat(staging.ask(key(1))).as("it is somebody's now").isNull();
    assertThat(staging.aheadBytes()).isEqualTo(pageBytes);
  }
}
